package io.sightline.schemas.wire;

import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.util.RandomData;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Somebody else's serialisers, made by their class names, in place of ours: Confluent's genuine ones, say
 * ({@code io.confluent.kafka.serializers.KafkaAvroSerializer}). They are given all properties, look ids up themselves, and must write byte 0 and
 * the schema's id first. One object of each is used by several threads at once, as Kafka's producer does.
 *
 * <p>What they throw is told apart by its cause: a registry that can't be asked (an ApiException; an IOException of the network; a
 * {@code RestClientException} with a status other than 404) is no record's fault. The first value of each id is read in the background, until
 * the registry has answered; what they have cached then they read without it.
 */
public final class NamedSerdes implements SchemaRegistry {
    private static final String SERIALIZER = "value.serializer";
    private static final String DESERIALIZER = "value.deserializer";
    private static final int MAX_CAUSES = 20;
    private static final int NOT_FOUND = 404;

    private final Serializer<Object> serializer;
    private final Deserializer<Object> deserializer;
    private final Map<String, String> topicOf = new HashMap<>();
    private final RegistryLookups lookups = new RegistryLookups();
    private final RegistryCache<Integer, Boolean> readable = new RegistryCache<>(RegistryClient.MAX_KEPT);
    private final Set<String> writable = ConcurrentHashMap.newKeySet();

    private NamedSerdes(Serializer<Object> serializer, Deserializer<Object> deserializer, Topics topics) {
        this.serializer = serializer;
        this.deserializer = deserializer;
        topicOf.put("RecognitionRequest", topics.name(Topic.REQUESTS));
        topicOf.put("RecognitionResult", topics.name(Topic.RESULTS));
        topicOf.put("GalleryEntry", topics.name(Topic.GALLERY));
        topicOf.put("GalleryVector", topics.name(Topic.GALLERY_VECTORS));
        topicOf.put("TracerWindow", topics.name(Topic.TRACE));
    }

    static boolean isNamedIn(Map<String, String> properties) {
        return properties.containsKey(SERIALIZER) || properties.containsKey(DESERIALIZER);
    }

    /** @throws IllegalArgumentException where a class is not there, is none, or refuses the properties */
    @SuppressWarnings("unchecked")
    static NamedSerdes open(Map<String, String> properties, Topics topics) {
        Serializer<Object> serializer = made(properties, SERIALIZER, Serializer.class);
        Deserializer<Object> deserializer = made(properties, DESERIALIZER, Deserializer.class);
        try {
            serializer.configure(properties, false);
            deserializer.configure(properties, false);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(SERIALIZER + ", " + DESERIALIZER + ": " + e.getMessage() + " (expected: properties that they take)", e);
        }
        return new NamedSerdes(serializer, deserializer, topics);
    }

    private static <T> T made(Map<String, String> properties, String key, Class<T> type) {
        String name = properties.get(key);
        if (name == null) {
            throw new IllegalArgumentException(key + ": none (expected: a class, as " + SERIALIZER + " and " + DESERIALIZER + " go together)");
        }
        try {
            return type.cast(Class.forName(name).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            throw new IllegalArgumentException(key + ": " + name + ", " + e + " (expected: a " + type.getName() + " on the class path)", e);
        }
    }

    /** @throws RegistryUnavailableException where its registry can't be asked */
    byte[] write(String topic, IndexedRecord record) {
        try {
            byte[] value = serializer.serialize(topic, record);
            if (!WireFormat.hasHeader(value)) {
                throw new SerializationException(SERIALIZER + ": " + serializer.getClass().getName() + " wrote something else (expected: byte 0, the schema's id, the record)");
            }
            return value;
        } catch (RuntimeException e) {
            // What we write is no caller's fault, so a refusal is the registry's too.
            throw isOfRegistry(e) || statusOf(e) != 0 ? unavailable("writing to " + topic, e) : e;
        }
    }

    /**
     * @param name the record's, without its namespace
     * @throws RegistryUnavailableException where its registry can't be asked
     */
    IndexedRecord read(String name, byte[] value) {
        Object read;
        try {
            read = deserializer.deserialize(topicOf.get(name), value);
        } catch (RuntimeException e) {
            if (isOfRegistry(e)) {
                throw unavailable("reading a " + name, e);
            }
            throw e instanceof SerializationException own ? own : new SerializationException("value: not readable, " + e + " (expected: a " + name + ")", e);
        }
        if (read instanceof IndexedRecord record) {
            return record;
        }
        throw new SerializationException("value: a " + (read == null ? "null" : read.getClass().getName()) + " (expected: a " + name + ")");
    }

    /** The record's Avro binary, by its own schema. */
    static byte[] binary(IndexedRecord record, SpecificData model) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<IndexedRecord>(record.getSchema(), model).write(record, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("value: " + e.getMessage() + " (expected: a record that fits its schema)", e);
        }
        return out.toByteArray();
    }

    private static RegistryUnavailableException unavailable(String what, RuntimeException e) {
        return new RegistryUnavailableException(what + ": " + e + (e.getCause() == null ? "" : ", " + e.getCause()), e);
    }

    private static boolean isOfRegistry(Throwable failure) {
        int status = statusOf(failure);
        if (status != 0) {
            return status != NOT_FOUND;
        }
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            // Avro has IOExceptions of its own for what can't be read.
            if (cause instanceof ApiException || cause instanceof IOException && !(cause instanceof EOFException) && !cause.getClass().getName().startsWith("org.apache.avro.")) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** The HTTP status that Confluent's client tells of; 0 where there is none. */
    private static int statusOf(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause.getClass().getSimpleName().equals("RestClientException")) {
                try {
                    return (int) cause.getClass().getMethod("getStatus").invoke(cause);
                } catch (ReflectiveOperationException | ClassCastException e) {
                    return 0;
                }
            }
            cause = cause.getCause();
        }
        return 0;
    }

    @Override
    public CompletableFuture<Void> whenReadable(byte[] value) {
        if (!WireFormat.hasHeader(value)) {
            return CompletableFuture.completedFuture(null);
        }
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        return readable.get(id) != null ? CompletableFuture.completedFuture(null) : lookups.ask(id, "schema " + id, () -> {
            try {
                read("record", value);
                readable.put(id, true);
            } catch (SerializationException e) {
                // The registry has answered. What is wrong may be this value's own fault, and others with its id wait for the same: each is told when it is decoded.
            }
        });
    }

    @Override
    public CompletableFuture<Void> whenWritable(String topic, Schema schema) {
        return writable.contains(topic) ? CompletableFuture.completedFuture(null) : lookups.ask(topic, "id of " + schema.getName() + " for " + topic, () -> {
            write(topic, any(schema));
            writable.add(topic);
        });
    }

    /** Of the generated class: serialisers may keep for a schema what they have learnt from its first record. */
    private static IndexedRecord any(Schema schema) {
        SpecificData model = SpecificData.getForSchema(schema);
        byte[] random = binary((IndexedRecord) new RandomData(schema, 1, 1L).iterator().next(), SpecificData.get());
        try {
            return new SpecificDatumReader<IndexedRecord>(schema, schema, model).read(null, DecoderFactory.get().binaryDecoder(random, null));
        } catch (IOException e) {
            throw new IllegalStateException(e); // it was just written
        }
    }

    @Override
    public Optional<String> trouble() {
        return lookups.trouble();
    }

    @Override
    public Optional<NamedSerdes> serdes() {
        return Optional.of(this);
    }

    @Override
    public int idOf(String subject, Schema schema) {
        throw new UnsupportedOperationException("id for " + subject + ": " + serializer.getClass().getName() + " looks it up (expected: not asked)");
    }

    @Override
    public Schema schemaOf(int id) {
        throw new UnsupportedOperationException("schema " + id + ": " + deserializer.getClass().getName() + " looks it up (expected: not asked)");
    }

    @Override
    public void close() {
        lookups.close();
        serializer.close();
        deserializer.close();
    }
}
