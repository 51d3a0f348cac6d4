package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** /v1/trace, from the topic trace of a real broker. */
class TraceServiceTest extends BridgeFixture {
    private static final AvroCodec<TracerWindow> CODEC = new AvroCodec<>(TracerWindow.class, EmbeddedRegistry.INSTANCE);
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void openProducer() {
        producer = keep(new KafkaProducer<>(Map.copyOf(broker.kafka()), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    private TestBridge tracing() {
        RecentTrace trace = keep(RecentTrace.start(broker.kafka(), topics, EmbeddedRegistry.INSTANCE));
        return keep(TestBridge.withTrace(broker, topics, trace));
    }

    private TracerWindow window(String stage, Instant end, double qps) {
        return new TracerWindow("w-1", stage, end.minusSeconds(10), end, 20L, 1L, qps, 0.95, 0.25, 1.5, 8.0, 0.5, 0.125, 0.3, Map.of("ave", 9.5, ".50", 9.0, ".99", Double.NaN), 3, 256, 4L, List.of("secret-id"), 2, 0.75);
    }

    private void publish(Instant at, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topics.name(Topic.TRACE), 0, at.toEpochMilli(), null, value)).get();
    }

    private void publish(Instant at, TracerWindow window) throws Exception {
        publish(at, CODEC.encode(topics.name(Topic.TRACE), window));
    }

    private JsonNode worker(TestBridge bridge) throws Exception {
        RawHttp.Response answer = get(bridge, "/v1/trace");
        return answer.status() == 200 ? answer.json().at("/workers/0") : answer.json();
    }

    @Test
    void shouldTellWhatTheWorkersMeasuredBeforeAndAfterTheStart() throws Exception {
        // given a window from before the start, one too old, and a record that is none
        broker.create(topics, Topic.TRACE, 1);
        publish(now.minus(Duration.ofHours(2)), window("total", now.minus(Duration.ofHours(2)), 1));
        publish(now.minusSeconds(60), window("total", now.minusSeconds(60), 2));
        publish(now.minusSeconds(50), new byte[] {1, 2, 3});
        TestBridge bridge = tracing();
        await().atMost(Duration.ofSeconds(90)).until(() -> worker(bridge).path("totals").size() == 1);
        // when
        publish(now, window("detect", now, 2.5));
        publish(now, window("total", now, 3));
        // then
        await().atMost(Duration.ofSeconds(90)).until(() -> worker(bridge).path("totals").size() == 2);
        JsonNode worker = worker(bridge);
        assertThat(worker.path("instance").textValue()).isEqualTo("w-1");
        assertThat(worker.at("/totals/0/qps").doubleValue()).isEqualTo(2);
        assertThat(worker.at("/totals/1/qps").doubleValue()).isEqualTo(3);
        assertThat(worker.at("/stages")).hasSize(1);
        assertThat(worker.at("/stages/0")).isEqualTo(new com.fasterxml.jackson.databind.json.JsonMapper().readTree("""
                {"stage": "detect", "window_start_ms": %d, "window_end_ms": %d, "count": 20, "errors": 1, "qps": 2.5, "success": 0.95, "in_ms": 0.25, "prep_ms": 1.5, "midp_ms": 8.0,
                 "postp_ms": 0.5, "out_ms": 0.125, "idle": 0.3, "latency_ms": {".50": 9.0, ".99": null, "ave": 9.5}, "queue_size": 3, "queue_capacity": 256, "batches": 4, "lanes": 2, "lane_busy": 0.75}"""
                .formatted(now.minusSeconds(10).toEpochMilli(), now.toEpochMilli())));
    }

    @Test
    void shouldHaveNoWorkersWhenNoneHasPublished() throws Exception {
        broker.create(topics, Topic.TRACE, 1);
        TestBridge bridge = tracing();
        await().atMost(Duration.ofSeconds(90)).until(() -> get(bridge, "/v1/trace").status() == 200);
        JsonNode json = get(bridge, "/v1/trace").json();
        assertThat(json.path("workers")).isEmpty();
        assertThat(json.path("now_ms").longValue()).isBetween(now.toEpochMilli(), System.currentTimeMillis());
    }

    @Test
    void shouldSayWhyWhenTheTopicIsNotThereAndGoOnOnceItIs() throws Exception {
        // given
        TestBridge bridge = tracing();
        await().atMost(Duration.ofSeconds(90)).until(() -> worker(bridge).path("err_msg").asText().contains("no such topic"));
        RawHttp.Response answer = get(bridge, "/v1/trace");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(3003);
        assertThat(answer.headers()).containsKey("retry-after");
        assertThat(get(bridge, "/readyz").status()).isEqualTo(200);
        // when
        broker.create(topics, Topic.TRACE, 1);
        publish(now, window("total", now, 3));
        // then
        await().atMost(Duration.ofSeconds(90)).until(() -> worker(bridge).path("totals").size() == 1);
    }

    @Test
    void shouldSayThatItDoesNotReadTheTraceWhenItDoesNot() throws Exception {
        RawHttp.Response answer = get(bridge(), "/v1/trace");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(3002);
    }

    @Test
    void shouldRefuseParameters() throws Exception {
        broker.create(topics, Topic.TRACE, 1);
        RawHttp.Response answer = get(tracing(), "/v1/trace?since=1");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).contains("'since'");
    }
}
