package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.results.ResultJson;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/openapi.yaml and the server say the same. */
class OpenApiTest {
    private final JsonNode api = read();

    static JsonNode read() {
        try {
            return new YAMLMapper().readTree(Path.of("../docs/openapi.yaml").toFile());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldHaveExactlyTheServersPathsAndMethods() {
        Set<String> documented = new TreeSet<>();
        api.path("paths").fields().forEachRemaining(path -> path.getValue().fieldNames().forEachRemaining(method -> documented.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        assertThat(documented).containsExactlyInAnyOrderElementsOf(Arrays.stream(ApiRoute.values()).map(route -> route.method() + " " + route.path()).toList());
    }

    @Test
    void shouldDocumentEveryStatusAnAnswerCanHave() {
        // given every way a recognition can end
        Set<Integer> statuses = new HashSet<>(List.of(404, 405, 408, 413, 414, 415, 431, 401, 403, 429)); // each with a case of its own in MalformedRequestsTest or ApiKeyTest
        for (ReplyException.Reason reason : ReplyException.Reason.values()) {
            statuses.add(Problems.of(new ReplyException(reason, "x")).status().code());
        }
        RecognitionRequest request = RecognitionRequest.newBuilder().setImage(ByteBuffer.allocate(1)).build();
        for (RecognitionStatus status : RecognitionStatus.values()) {
            for (ErrorCode code : ErrorCode.values()) {
                statuses.add(Answers.result(TestWorker.ended(request, status, code.number(), "x")).aggregate().join().status().code());
            }
        }
        statuses.add(StoredCalls.taken("r", new java.util.concurrent.CompletableFuture<>()).aggregate().join().status().code());
        // then each is documented, and nothing else is
        Set<Integer> documented = new TreeSet<>();
        api.at("/paths/~1v1~1recognitions/post/responses").fieldNames().forEachRemaining(status -> documented.add(Integer.parseInt(status)));
        assertThat(documented).isEqualTo(new TreeSet<>(statuses));
        documented.forEach(status -> assertThat(HttpStatus.valueOf(status).reasonPhrase()).isNotBlank());
    }

    @Test
    void shouldDocumentEveryParameterAndItsLimits() {
        List<String> names = new ArrayList<>();
        api.at("/paths/~1v1~1recognitions/post/parameters").forEach(parameter -> names.add(parameter.path("in").textValue() + " " + parameter.path("name").textValue()));
        assertThat(names).containsExactly("query pipeline", "query gallery", "query galleries", "query top_k", "query score_threshold", "query filter", "query distinct_labels", "query async", "header Idempotency-Key", "header X-Request-Id");
        JsonNode topK = api.at("/paths/~1v1~1recognitions/post/parameters/3/schema");
        assertThat(topK.path("maximum").intValue()).isEqualTo(RequestLimits.DEFAULT.maxTopK());
    }

    @Test
    void shouldDocumentEveryFieldOfAnAnswer() throws Exception {
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("r").setImage(ByteBuffer.allocate(1)).build();
        JsonNode answer = new com.fasterxml.jackson.databind.json.JsonMapper().readTree(ResultJson.toBytes(TestWorker.recognised(request)));
        assertFields(answer, "Recognition");
        assertFields(answer.at("/detections/0"), "Detection");
        assertFields(answer.at("/lineage"), "Lineage");
        JsonNode error = new com.fasterxml.jackson.databind.json.JsonMapper().readTree(ResultJson.error("", true, ErrorCode.BAD_INPUT, "x"));
        assertFields(error, "Recognition");
    }

    @Test
    void shouldDocumentEveryFieldOfTheTrace() throws Exception {
        TracerWindow window = new TracerWindow("w", "total", Instant.EPOCH, Instant.EPOCH, 0L, 0L, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, Map.of(), 0, 0, 0L, List.of(), 0, 0.0);
        JsonNode trace = new com.fasterxml.jackson.databind.json.JsonMapper().readTree(TraceService.json(0, List.of(new WorkerTrace("w", List.of(), List.of(window)))));
        assertFields(trace, "Trace");
        assertFields(trace.at("/workers/0/totals/0"), "Window");
        assertThat(api.at("/components/schemas/Trace/properties/workers/items/required")).extracting(JsonNode::textValue).containsExactlyElementsOf(() -> trace.at("/workers/0").fieldNames());
    }

    private void assertFields(JsonNode seen, String schema) {
        JsonNode documented = api.at("/components/schemas/" + schema);
        seen.fieldNames().forEachRemaining(field -> assertThat(documented.path("properties").has(field)).as(schema + "." + field).isTrue());
        documented.path("required").forEach(field -> assertThat(seen.has(field.textValue())).as(schema + "." + field.textValue()).isTrue());
    }

    @Test
    void shouldNumberErrorsAsDocumented() {
        List<Integer> documented = new ArrayList<>();
        api.at("/components/schemas/Recognition/properties/err_no/enum").forEach(number -> documented.add(number.intValue()));
        assertThat(documented).containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(ErrorCode::number).toList());
    }

    @Test
    void shouldAnswerEveryDocumentedGetWithADocumentedStatusWhenKafkaIsAway() throws Exception {
        // given a bridge whose Kafka is not there
        ReplySettings away = new ReplySettings(Map.of("bootstrap.servers", "127.0.0.1:1"), 4, 1000);
        try (RequestReply replies = RequestReply.start(away, new Topics("x."), EmbeddedRegistry.INSTANCE);
                BridgeServer server = BridgeServer.start(new BridgeSettings("127.0.0.1", 0, 1000, 1000, 4, 1 << 20, 10, 60_000, 8192, 0, true, 1000, 8), RequestLimits.DEFAULT, BridgeParts.of(replies))) {
            for (ApiRoute route : ApiRoute.values()) {
                // when
                RawHttp.Response answer = RawHttp.exchange(server.port(), head(route.method() + " " + target(route) + " HTTP/1.1", "Content-Length: 0"));
                // then
                String responses = "/paths/" + route.path().replace("/", "~1") + "/" + route.method().name().toLowerCase(java.util.Locale.ROOT) + "/responses";
                assertThat(api.at(responses).has(Integer.toString(answer.status()))).as(route + ": " + answer.status()).isTrue();
                int expected = switch (route) {
                    case HEALTHZ, HOME, PAGE_FILE, MODELS -> 200;
                    case RECOGNITION, METRICS -> 404; // there are no metrics here
                    case BATCH -> 415; // the call has no form
                    default -> 503;
                };
                assertThat(answer.status()).as(route.toString()).isEqualTo(expected);
            }
            RawHttp.Response ready = RawHttp.exchange(server.port(), head("GET /readyz HTTP/1.1"));
            assertThat(ready.json().at("/components/kafka/ready").booleanValue()).isFalse();
            assertThat(ready.json().at("/components/kafka/detail").textValue()).isNotBlank();
        }
    }

    private static String target(ApiRoute route) {
        return route.path().replace("{gallery}", "g").replace("{id}", "1").replace("{file}", "main.js") + (route == ApiRoute.GALLERY_DROP ? "?confirm=g" : "");
    }
}
