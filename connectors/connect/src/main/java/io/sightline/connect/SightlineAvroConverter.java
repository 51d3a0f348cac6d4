package io.sightline.connect;

import io.sightline.connect.avro.AvroSchemas;
import io.sightline.connect.avro.AvroValues;
import io.sightline.connect.avro.ConnectSchemas;
import io.sightline.connect.avro.ConnectValues;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.BuiltInSubjects;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.schemas.wire.WireValue;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Values on Sightline's topics for Kafka Connect: the Confluent wire format (byte 0, schema id, Avro) and Connect's data, both ways. Without
 * {@code schema.registry.url} the ids are Sightline's own fixed ones, and only Sightline's records can be read or written; with it whatever the registry
 * has can be read, and any struct be written. Null is a tombstone both ways.
 *
 * <p>What is a record's fault is a {@link DataException}: Connect fails the task or puts the record on its dead-letter queue, as {@code errors.tolerance}
 * says. A registry that is away is nobody's: the converter waits for it, {@code registry.wait.ms}, and only then throws a {@link RetriableException}.
 * Thread-safe once configured.
 */
public final class SightlineAvroConverter implements Converter {
    static final String REGISTRY_URL = "schema.registry.url";
    static final String WAIT_MS = "registry.wait.ms";
    static final ConfigDef CONFIG = new ConfigDef()
            .define(REGISTRY_URL, ConfigDef.Type.LIST, "", ConfigDef.Importance.HIGH,
                    "Schema registries (Confluent's REST API), tried in turn; empty: Sightline's own fixed ids. Confluent's other keys are taken beside it: basic.auth.*, bearer.auth.*, "
                            + "schema.registry.ssl.*, auto.register.schemas, use.latest.version, value.subject.name.strategy, http.connect.timeout.ms, http.read.timeout.ms.")
            .define(WAIT_MS, ConfigDef.Type.LONG, -1L, ConfigDef.Range.atLeast(-1), ConfigDef.Importance.LOW,
                    "How long a record waits for a registry that is away, milliseconds; then it is a retriable error, which is Connect's to handle (errors.retry.timeout). -1: for ever.");
    private static final int MAX_KEPT = 1_000;

    /** Both forms of a schema. */
    private record Forms(Schema avro, org.apache.kafka.connect.data.Schema connect) {
    }

    private final Cache<Integer, Forms> read = new SynchronizedCache<>(new LRUCache<>(MAX_KEPT));
    private final Cache<org.apache.kafka.connect.data.Schema, Schema> written = new SynchronizedCache<>(new LRUCache<>(MAX_KEPT));
    private final Map<String, Schema> own = ownSchemas();
    private SchemaRegistry registry;
    private long waitMs;

    /** By full name, as this build writes them. */
    private static Map<String, Schema> ownSchemas() {
        BuiltInSubjects subjects = new BuiltInSubjects(new Topics(""));
        Map<String, Schema> schemas = new LinkedHashMap<>();
        subjects.subjects().forEach(subject -> subjects.versions(subject).forEach(version -> schemas.put(version.schema().getFullName(), version.schema())));
        return schemas;
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public String version() {
        return PluginVersion.VERSION;
    }

    /** @throws ConfigException for keys, which are text; where a registry's property has no good value */
    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (isKey) {
            throw new ConfigException("key.converter: " + SightlineAvroConverter.class.getName() + " (expected: org.apache.kafka.connect.storage.StringConverter, keys are texts)");
        }
        Map<String, Object> parsed = CONFIG.parse(configs);
        waitMs = (Long) parsed.get(WAIT_MS);
        Map<String, String> properties = new HashMap<>(Registries.propertiesIn(configs));
        try {
            registry = Registries.open(properties.getOrDefault(REGISTRY_URL, "").isBlank() ? Map.of() : properties, new Topics(""));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    /** @throws DataException where the value is no record that the registry's schema describes */
    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        return asked(() -> {
            await(registry.whenReadable(value));
            int id = WireValue.id(value);
            Schema writer = registry.schemaOf(id);
            Forms forms = read.get(id);
            if (forms == null || forms.avro() != writer) {
                forms = new Forms(writer, ConnectSchemas.of(writer));
                read.put(id, forms);
            }
            return new SchemaAndValue(forms.connect(), ConnectValues.of(writer, forms.connect(), WireValue.decode(writer, value)));
        });
    }

    /** @throws DataException where the value is none of Sightline's records, or does not fit its schema; with a registry: nothing Avro can have */
    @Override
    public byte[] fromConnectData(String topic, org.apache.kafka.connect.data.Schema schema, Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof Struct struct)) {
            throw new DataException("value: " + (schema == null ? "a " + value.getClass().getSimpleName() + " without a schema" : "a " + schema.type())
                    + " (expected: a struct with its schema, such as " + RecognitionRequest.class.getName() + ")");
        }
        return asked(() -> {
            Schema avro = avro(struct.schema());
            IndexedRecord record = (IndexedRecord) AvroValues.of(avro, struct);
            await(registry.whenWritable(topic, avro));
            return WireValue.encode(registry.idOf(topic + "-value", avro), record);
        });
    }

    private Schema avro(org.apache.kafka.connect.data.Schema schema) {
        Schema known = schema.name() == null ? null : own.get(schema.name());
        if (known != null) {
            return known;
        }
        Schema made = written.get(schema);
        if (made == null) {
            // A value is there or is a tombstone: that it might be missing is not in the schema.
            Schema whole = AvroSchemas.of(schema);
            made = whole.isUnion() ? whole.getTypes().stream().filter(type -> type.getType() == Schema.Type.RECORD).findFirst().orElseThrow() : whole;
            written.put(schema, made);
        }
        return made;
    }

    private interface Question<T> {
        T answer();
    }

    private static <T> T asked(Question<T> question) {
        try {
            return question.answer();
        } catch (DataException e) {
            throw e;
        } catch (SerializationException e) {
            throw new DataException(e.getMessage(), e);
        } catch (ApiException e) {
            throw new RetriableException(e.getMessage(), e);
        }
    }

    private void await(CompletableFuture<Void> answer) {
        try {
            if (waitMs < 0) {
                answer.get();
            } else {
                answer.get(waitMs, TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            throw new RetriableException("schema registry: no answer in " + waitMs + " ms" + registry.trouble().map(trouble -> ", " + trouble).orElse("") + " (expected: one; see " + WAIT_MS + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException("schema registry: interrupted while waiting for it", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new RetriableException(e.getCause());
        }
    }

    /** Whoever waits for the registry stops waiting. */
    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
