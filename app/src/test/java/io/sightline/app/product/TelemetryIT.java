package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.product.OtlpReceiver.Received;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.schemas.RecordHeaders;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Traces of calls over HTTP, through Kafka and the stages, at a real receiver. */
@Timeout(300)
class TelemetryIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + CALLER + "-01";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedBroker broker;
    private OtlpReceiver receiver;
    private WorkerRuntime worker;
    private BridgeRuntime bridge;

    @BeforeEach
    void startBroker() throws Exception {
        System.setProperty("sightline.home", Product.HOME.toString());
        broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()));
        receiver = new OtlpReceiver();
        System.setProperty("otel.exporter.otlp.endpoint", receiver.endpoint());
        System.setProperty("otel.bsp.schedule.delay", "200");
    }

    private void start(Map<String, String> more) throws Exception {
        Map<String, String> keys = new HashMap<>(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "bridge.port", "0", "paddle_serving.enabled", "false"));
        keys.putAll(more);
        SightlineConfig config = ConfigFile.read(Optional.empty(), keys);
        worker = WorkerRuntime.start(config, e -> { });
        bridge = BridgeRuntime.start(config, worker.local(), Map.of("worker", Readiness.of(() -> worker.isReady())));
        assertThat(bridge.replies().awaitReady(PATIENCE)).isTrue();
    }

    @AfterEach
    void stop() {
        System.clearProperty("otel.exporter.otlp.endpoint");
        System.clearProperty("otel.bsp.schedule.delay");
        bridge.close();
        worker.close();
        broker.close();
        receiver.close();
    }

    @Test
    void shouldFollowACallFromItsCallerThroughKafkaToEachStageAndBack() throws Exception {
        start(Map.of("telemetry.enabled", "true"));
        // when
        HttpResponse<byte[]> answer = post("one", Product.scene(0), SAMPLED);
        // then the answer names the call's own span
        assertThat(answer.statusCode()).isEqualTo(200);
        Received server = awaitSpan("POST /v1/recognitions");
        assertThat(answer.headers().firstValue("traceparent")).contains("00-" + TRACE + "-" + server.id() + "-01");
        assertThat(server.service()).isEqualTo("sightline-bridge");
        assertThat(server.parent()).isEqualTo(CALLER);
        assertThat(server.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(server.attribute("http.response.status_code")).isEqualTo("200");
        // and the worker's span is its child, across the topic
        Received record = awaitSpan("recognise");
        assertThat(record.service()).isEqualTo("sightline-worker");
        assertThat(record.parent()).isEqualTo(server.id());
        assertThat(record.attribute("sightline.request_id")).isEqualTo("one");
        assertThat(record.attribute("messaging.destination.name")).isEqualTo("sightline.requests");
        // and under it there is one for each item of each stage
        List<Received> items = receiver.spans().stream().filter(span -> span.parent().equals(record.id())).toList();
        assertThat(items).extracting(item -> item.span().getName()).contains("decode", "detect", "embed", "lookup");
        assertThat(items).allSatisfy(item -> {
            assertThat(item.trace()).isEqualTo(TRACE);
            assertThat(Double.parseDouble(item.attribute("sightline.prep_ms"))).isNotNegative();
            assertThat(item.span().getStartTimeUnixNano()).isGreaterThanOrEqualTo(record.span().getStartTimeUnixNano());
            assertThat(item.span().getEndTimeUnixNano()).isGreaterThanOrEqualTo(item.span().getStartTimeUnixNano());
        });
        // and each item is linked from exactly one batch, which is a trace of its own
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<Received> batches = receiver.spans().stream().filter(span -> span.span().getName().endsWith(" batch")).toList();
            assertThat(batches.stream().flatMap(batch -> batch.links().stream())).containsExactlyInAnyOrderElementsOf(items.stream().map(Received::id).toList());
            assertThat(batches).allSatisfy(batch -> {
                assertThat(batch.trace()).isNotEqualTo(TRACE);
                assertThat(batch.parent()).isEmpty();
                assertThat(batch.links()).hasSizeLessThanOrEqualTo(Integer.parseInt(batch.attribute("sightline.batch.size")));
            });
        });
        // and the result carries the trace to whoever reads it
        assertThat(traceOfResult("one")).isEqualTo("00-" + TRACE + "-" + server.id() + "-01");
    }

    @Test
    void shouldMarkWhatWentWrong() throws Exception {
        start(Map.of("telemetry.enabled", "true"));

        assertThat(post("broken", java.util.Arrays.copyOf(Product.scene(0), 3000), SAMPLED).statusCode()).isEqualTo(400);

        Received record = awaitSpan("recognise");
        assertThat(record.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(record.span().getStatus().getMessage()).startsWith("5000 image: a JPEG cut off");
        Received decode = awaitSpan("decode");
        assertThat(decode.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(decode.attribute("sightline.err_no")).isEqualTo("5000");
    }

    @Test
    void shouldExportNothingOfATraceThatIsNotSampledAndHandItOnAllTheSame() throws Exception {
        start(Map.of("telemetry.enabled", "true"));
        String unsampled = "00-" + TRACE + "-" + CALLER + "-00";

        HttpResponse<byte[]> answer = post("quiet", Product.scene(0), unsampled);
        assertThat(post("loud", Product.scene(0), null).statusCode()).isEqualTo(200);

        assertThat(answer.headers().firstValue("traceparent").orElseThrow()).startsWith("00-" + TRACE).endsWith("-00");
        awaitSpan("recognise");
        assertThat(receiver.spans()).noneMatch(span -> span.trace().equals(TRACE));
        Set<String> traces = receiver.spans().stream().filter(span -> !span.span().getName().endsWith(" batch")).map(Received::trace).collect(Collectors.toCollection(TreeSet::new));
        assertThat(traces).as("one of its own, for the call that came without").hasSize(1);
    }

    @Test
    void shouldHandTheCallersTraceOnUnchangedWhileItIsOff() throws Exception {
        start(Map.of());

        HttpResponse<byte[]> answer = post("off", Product.scene(0), SAMPLED);
        HttpResponse<byte[]> without = post("without", Product.scene(0), null);
        HttpResponse<byte[]> nonsense = post("nonsense", Product.scene(0), "00-zz-11-01");

        assertThat(answer.headers().firstValue("traceparent")).contains(SAMPLED);
        assertThat(traceOfResult("off")).isEqualTo(SAMPLED);
        assertThat(without.statusCode()).isEqualTo(200);
        assertThat(without.headers().firstValue("traceparent")).isEmpty();
        assertThat(nonsense.statusCode()).isEqualTo(200);
        assertThat(nonsense.headers().firstValue("traceparent")).isEmpty();
        assertThat(receiver.spans()).isEmpty();
    }

    @Test
    void shouldAnswerWhereTheReceiverIsAway() throws Exception {
        receiver.close();
        start(Map.of("telemetry.enabled", "true"));
        assertThat(post("one", Product.scene(0), SAMPLED).statusCode()).isEqualTo(200);
    }

    private Received awaitSpan(String name) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(receiver.spans()).anyMatch(span -> span.span().getName().equals(name)));
        return receiver.spans().stream().filter(span -> span.span().getName().equals(name)).findFirst().orElseThrow();
    }

    private String traceOfResult(String id) throws Exception {
        try (Outputs outputs = new Outputs(broker.bootstrapServers(), worker.topics(), "read_uncommitted")) {
            return outputs.resultOf(id).header(RecordHeaders.TRACEPARENT);
        }
    }

    private HttpResponse<byte[]> post(String id, byte[] body, String traceparent) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(bridge.url() + "/v1/recognitions")).timeout(PATIENCE).header("X-Request-Id", id).POST(BodyPublishers.ofByteArray(body));
        if (traceparent != null) {
            request.header("traceparent", traceparent);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }
}
