package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.BuiltInSubjects;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.RegistryClient;
import io.sightline.schemas.wire.UnknownSchemaIdException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in registry over real HTTP; it needs no Kafka. */
class RegistryServiceTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Topics TOPICS = new Topics("t.");
    private static RequestReply replies;
    private static BridgeServer server;

    @BeforeAll
    static void start() {
        replies = RequestReply.start(new ReplySettings(Map.of("bootstrap.servers", "127.0.0.1:1"), 4, 1000), TOPICS, EmbeddedRegistry.INSTANCE);
        server = start(Optional.of(new BuiltInSubjects(TOPICS)));
    }

    private static BridgeServer start(Optional<BuiltInSubjects> schemas) {
        return BridgeServer.start(new BridgeSettings("127.0.0.1", 0, 1000, 1000, 4, 1 << 20, 10, 60_000, 8192, 0, true, 1000, 8), RequestLimits.DEFAULT,
                BridgeParts.of(replies).withSchemas(schemas));
    }

    @AfterAll
    static void stop() {
        server.close();
        replies.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(server.url() + "/registry" + path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(server.url() + "/registry" + path)).header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private static String body(Schema schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema.toString()).toString();
    }

    private static JsonNode ok(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/vnd.schemaregistry.v1+json");
        return JSON.readTree(response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto.register.schemas=true", "auto.register.schemas=false", "use.latest.version=true", "normalize.schemas=true"})
    void shouldServeOurOwnClientWhateverWayItAsksForIds(String setting) {
        // given
        String[] pair = setting.split("=");
        RegistryClient client = new RegistryClient(Map.of("schema.registry.url", server.url() + "/registry", pair[0], pair[1], pair[0].startsWith("use") ? "auto.register.schemas" : "http.read.timeout.ms",
                pair[0].startsWith("use") ? "false" : "5000"));
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("r").setImage(ByteBuffer.wrap(new byte[] {7})).build();
        // when
        byte[] value = new AvroCodec<>(RecognitionRequest.class, client).encode("t.requests", request);
        // then
        assertThat(value).isEqualTo(new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE).encode("t.requests", request));
        assertThat(new AvroCodec<>(RecognitionRequest.class, client).decode(value)).isEqualTo(request);
    }

    @Test
    void shouldTellOurOwnClientOfAnIdThatIsNone() {
        RegistryClient client = new RegistryClient(Map.of("schema.registry.url", server.url() + "/registry"));
        assertThatThrownBy(() -> client.schemaOf(99)).isInstanceOf(UnknownSchemaIdException.class).hasMessageContaining("Schema 99 not found");
    }

    @Test
    void shouldListSubjectsVersionsAndSchemas() throws Exception {
        assertThat(ok(get("/subjects")).toString()).isEqualTo("[\"t.gallery-value\",\"t.gallery-vectors-value\",\"t.requests-value\",\"t.results-value\",\"t.trace-value\"]");
        int newest = ok(get("/subjects/t.results-value/versions")).size();
        JsonNode latest = ok(get("/subjects/t.results-value/versions/latest"));
        assertThat(latest.path("version").intValue()).isEqualTo(newest);
        assertThat(latest.path("subject").textValue()).isEqualTo("t.results-value");
        assertThat(new Schema.Parser().parse(latest.path("schema").textValue()).getFullName()).isEqualTo(RecognitionResult.getClassSchema().getFullName());
        assertThat(ok(get("/subjects/t.results-value/versions/" + newest))).isEqualTo(latest);
        assertThat(ok(get("/subjects/t.results-value/versions/-1"))).isEqualTo(latest);
        assertThat(ok(get("/subjects/t%2eresults-value/versions/1/schema"))).isEqualTo(JSON.readTree(EmbeddedRegistry.INSTANCE.schemaOf(2).toString()));
        assertThat(ok(get("/schemas/ids/1/schema")).path("name").textValue()).isEqualTo("RecognitionRequest");
        assertThat(ok(get("/schemas/ids/2?fetchMaxId=false&subject=t.results-value")).path("schema").textValue()).isEqualTo(EmbeddedRegistry.INSTANCE.schemaOf(2).toString());
        assertThat(ok(get("/schemas/ids/2/versions")).toString()).isEqualTo("[{\"subject\":\"t.results-value\",\"version\":1}]");
        assertThat(ok(get("/schemas/ids/2/subjects")).toString()).isEqualTo("[\"t.results-value\"]");
        assertThat(ok(get("/schemas/types")).toString()).isEqualTo("[\"AVRO\"]");
        assertThat(ok(get("/config")).toString()).isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        assertThat(ok(get("/config/t.results-value?defaultToGlobal=true")).toString()).isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        assertThat(ok(get("/mode")).toString()).isEqualTo("{\"mode\":\"READONLY\"}");
        assertThat(ok(get("/")).toString()).isEqualTo("{}");
    }

    @Test
    void shouldAnswerTheVersionOrTheIdOfASchemaItKnows() throws Exception {
        JsonNode found = ok(post("/subjects/t.gallery-value?normalize=false&deleted=false", body(GalleryEntry.getClassSchema())));
        assertThat(found.path("id").intValue()).isEqualTo(EmbeddedRegistry.INSTANCE.idOf("x", GalleryEntry.getClassSchema()));
        assertThat(found.path("subject").textValue()).isEqualTo("t.gallery-value");
        assertThat(ok(post("/subjects/t.gallery-value/versions?normalize=true", body(GalleryEntry.getClassSchema()))).toString()).isEqualTo("{\"id\":" + found.path("id") + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET  | /schemas/ids/0                          | 404 | 40403 | Schema 0 not found",
        "GET  | /schemas/ids/99                         | 404 | 40403 | Schema 99 not found",
        "GET  | /schemas/ids/-1                         | 404 | 40403 | Schema -1 not found",
        "GET  | /schemas/ids/99999999999                | 404 | 40403 | Schema 99999999999 not found",
        "GET  | /subjects/other-value/versions          | 404 | 40401 | Subject 'other-value' not found.",
        "GET  | /subjects/other-value/versions/latest   | 404 | 40401 | Subject 'other-value' not found.",
        "GET  | /subjects/t.trace-value/versions/0      | 404 | 40402 | Version 0 not found",
        "GET  | /subjects/t.trace-value/versions/99     | 404 | 40402 | Version 99 not found",
        "GET  | /subjects/t.trace-value/versions/newest | 422 | 42202 | 'newest' is not a valid version id",
        "GET  | /nothing                                | 404 | 404   | HTTP 404 Not Found",
        "GET  | /subjects/%ff/versions                  | 400 | 400   | percent-encoded",
        "POST | /subjects/other-value                   | 404 | 40401 | Subject 'other-value' not found.",
        "POST | /subjects/t.trace-value                 | 404 | 40403 | Schema not found",
        "POST | /subjects/t.trace-value/versions        | 422 | 42205 | read-only mode",
        "POST | /subjects/other-value/versions          | 422 | 42205 | read-only mode",
        "POST | /config                                 | 404 | 404   | HTTP 404 Not Found"})
    void shouldRefuseInConfluentsWordsWhatItHasNot(String method, String path, int status, int code, String message) throws Exception {
        HttpResponse<String> response = method.equals("GET") ? get(path) : post(path, body(Schema.create(Schema.Type.STRING)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/vnd.schemaregistry.v1+json");
        assertThat(JSON.readTree(response.body()).path("error_code").intValue()).isEqualTo(code);
        assertThat(JSON.readTree(response.body()).path("message").textValue()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"schema\": 7}", "{\"schema\": \"{\"}", "{\"schema\": \"\\\"nothing\\\"\"}", "{\"schema\": \"x\", \"schemaType\": \"PROTOBUF\"}"})
    void shouldRefuseWhatIsNoSchema(String body) throws Exception {
        for (String path : List.of("/subjects/t.trace-value", "/subjects/t.trace-value/versions")) {
            HttpResponse<String> response = post(path, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
            assertThat(JSON.readTree(response.body()).path("error_code").intValue()).isEqualTo(42201);
        }
    }

    @Test
    void shouldRefuseToChangeAnythingAndBodiesWithoutEnd() throws Exception {
        HttpResponse<String> deleted = HTTP.send(HttpRequest.newBuilder(URI.create(server.url() + "/registry/subjects/t.trace-value")).DELETE().build(), BodyHandlers.ofString());
        assertThat(deleted.statusCode()).isEqualTo(405);
        assertThat(JSON.readTree(deleted.body()).path("error_code").intValue()).isEqualTo(405);
        assertThat(post("/subjects/t.trace-value", "x".repeat(RegistryService.MAX_BODY_BYTES)).statusCode()).isEqualTo(422);
        assertThat(post("/subjects/t.trace-value", "x".repeat(RegistryService.MAX_BODY_BYTES + 1)).statusCode()).isEqualTo(413);
    }

    @Test
    void shouldNotBeThereBesideARealRegistry() throws Exception {
        try (BridgeServer other = start(Optional.empty())) {
            HttpResponse<String> response = HTTP.send(HttpRequest.newBuilder(URI.create(other.url() + "/registry/subjects")).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(404);
        }
    }
}
