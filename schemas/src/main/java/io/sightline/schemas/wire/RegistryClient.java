package io.sightline.schemas.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A schema registry that speaks Confluent's REST API (Confluent, Apicurio's ccompat, Karapace). Ids and schemas are asked for once, as long as
 * there are no more than 1,000 of each in use; failures are asked again. Thread-safe; calls wait for the answer.
 *
 * <p>Only what is one record's fault is a {@link SerializationException}: an id that the registry does not know, a schema that is no Avro. All
 * else is an {@link org.apache.kafka.common.errors.ApiException} of the type Confluent's client has for it, and no reason to give a record up.
 */
public final class RegistryClient implements SchemaRegistry {
    /** Confluent's clients keep as many (max.schemas.per.subject). */
    static final int MAX_KEPT = 1_000;
    private static final int SCHEMA_NOT_FOUND = 40403;

    private final RegistrySettings settings;
    private final RegistryHttp http;
    private final RegistryCache<Registration, Integer> ids = new RegistryCache<>(MAX_KEPT);
    private final RegistryCache<Integer, Schema> schemas = new RegistryCache<>(MAX_KEPT);

    private record Registration(String subject, Schema schema) {
    }

    /**
     * @param properties under Confluent's names, schema.registry.url among them; an unknown one is an error that lists the known ones
     * @throws IllegalArgumentException where one is unknown or has no good value
     */
    public RegistryClient(Map<String, String> properties) {
        this.settings = RegistrySettings.of(properties);
        this.http = new RegistryHttp(settings);
    }

    /** @throws org.apache.kafka.common.errors.ApiException where the registry is away, or refuses the schema */
    @Override
    public int idOf(String topicSubject, Schema schema) {
        Registration wanted = new Registration(topicSubject, schema);
        Integer known = ids.get(wanted);
        if (known == null) {
            // Two threads may both ask: the answer is the same, and no thread waits for another's call.
            known = ask(settings.subjects().subject(topicSubject, schema), settings.removeJavaProperties() ? JavaProperties.removedFrom(schema) : schema);
            ids.put(wanted, known);
        }
        return known;
    }

    private int ask(String subject, Schema schema) {
        String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
        if (settings.autoRegister()) {
            return id(http.call(path + "/versions?normalize=" + settings.normalize(), Optional.of(body(schema))), "takes " + schema.getFullName());
        }
        if (!settings.useLatest()) {
            return id(http.call(path + "?normalize=" + settings.normalize(), Optional.of(body(schema))), "has " + schema.getFullName() + ": register it, or set auto.register.schemas");
        }
        RegistryHttp.Answer latest = http.call(path + "/versions/latest", Optional.empty());
        int id = id(latest, "has a version of " + schema.getFullName());
        // The record is written as this build's schema has it: the id must stand for the same bytes.
        if (!isWrittenAlike(id, latest.body(), schema)) {
            throw new RegistryException(latest.call() + ": version " + latest.body().path("version").asInt() + ", another schema (expected: the fields of this build's "
                    + schema.getFullName() + "; see use.latest.version)", null);
        }
        return id;
    }

    private static boolean isWrittenAlike(int id, JsonNode body, Schema schema) {
        try {
            return SchemaNormalization.parsingFingerprint64(parsed(id, body)) == SchemaNormalization.parsingFingerprint64(schema);
        } catch (SerializationException e) {
            return false;
        }
    }

    private static int id(RegistryHttp.Answer answer, String expected) {
        if (!answer.isOk() || !answer.body().path("id").canConvertToInt()) {
            throw new RegistryException(answer.error() + " (expected: an id; the subject " + expected + ")", null);
        }
        return answer.body().path("id").intValue();
    }

    private static ObjectNode body(Schema schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
    }

    @Override
    public Schema schemaOf(int id) {
        Schema known = schemas.get(id);
        if (known == null) {
            RegistryHttp.Answer answer = http.call("/schemas/ids/" + id, Optional.empty());
            if (answer.errorCode() == SCHEMA_NOT_FOUND) {
                throw new UnknownSchemaIdException(id, "one that the registry has; " + answer.error());
            }
            if (!answer.isOk() || !answer.body().path("schema").isTextual()) {
                throw new RegistryException(answer.error() + " (expected: the schema with that id)", null);
            }
            known = parsed(id, answer.body());
            schemas.put(id, known);
        }
        return known;
    }

    private static Schema parsed(int id, JsonNode body) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !body.path("references").isEmpty()) {
            throw new SerializationException("schema id: " + id + ", " + type + (body.path("references").isEmpty() ? "" : " that refers to other schemas") + " (expected: one whole AVRO schema)");
        }
        try {
            return new Schema.Parser().parse(body.path("schema").asText());
        } catch (AvroRuntimeException | NullPointerException e) {
            // Avro answers a name that it does not know with the latter.
            throw new SerializationException("schema id: " + id + ", " + e.getMessage() + " (expected: an Avro schema)", e);
        }
    }
}
