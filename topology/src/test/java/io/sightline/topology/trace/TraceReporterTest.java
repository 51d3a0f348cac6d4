package io.sightline.topology.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sightline.processors.tracer.TracerReport;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TraceReporterTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(TraceReporter.class);
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<TracerReport> blocks = new CopyOnWriteArrayList<>();

    @BeforeEach
    void quiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    private TraceReporter reporter(Supplier<TracerReport> windows) {
        return new TraceReporter(windows, producer, new Topics("t."), EmbeddedRegistry.INSTANCE, blocks::add);
    }

    private static TracerReport report(String... stages) {
        return new TracerReport(Stream.of(stages).map(TraceReporterTest::window).toList(), window("total"), List.of());
    }

    private static TracerWindow window(String stage) {
        return TracerWindow.newBuilder().setInstance("w1").setStage(stage).setWindowStartMs(Instant.ofEpochMilli(5000))
                .setWindowEndMs(Instant.ofEpochMilli(15000)).setCount(7).setQps(0.7).setSuccess(1)
                .setInMs(1).setPrepMs(2).setMidpMs(3).setPostpMs(4).setOutMs(5).setIdle(0.5).build();
    }

    @Test
    void shouldPublishEachWindowUnderInstanceStageAndStart() {
        reporter(() -> report("decode")).report();

        assertThat(producer.history()).extracting(record -> new String(record.key())).containsExactly("w1/decode/5000", "w1/total/5000");
        assertThat(producer.history()).allMatch(record -> record.topic().equals("t.trace"));
        TracerWindow read = new AvroCodec<>(TracerWindow.class, EmbeddedRegistry.INSTANCE).decode(producer.history().get(0).value());
        assertThat(read.getCount()).isEqualTo(7);
        assertThat(blocks).hasSize(1);
    }

    @Test
    void shouldReportAtItsIntervalWhenStarted() {
        try (TraceReporter reporter = reporter(() -> report("decode"))) {
            reporter.start(Duration.ofMillis(10));
            await().atMost(Duration.ofSeconds(90)).until(() -> blocks.size() >= 3);
        }
    }

    @Test
    void shouldGoOnWhenAReportFails() {
        List<Integer> calls = new ArrayList<>();
        try (TraceReporter reporter = reporter(() -> {
            calls.add(1);
            if (calls.size() < 3) {
                throw new IllegalStateException("no windows");
            }
            return report("decode");
        })) {
            reporter.start(Duration.ofMillis(10));
            await().atMost(Duration.ofSeconds(90)).until(() -> !blocks.isEmpty());
            assertThat(reporter.lost()).isEqualTo(2);
        }
    }

    @Test
    void shouldCountWindowsThatAreNotPublished() {
        MockProducer<byte[], byte[]> failing = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        TraceReporter reporter = new TraceReporter(() -> report("a"), failing, new Topics("t."), EmbeddedRegistry.INSTANCE, blocks::add);

        reporter.report();
        failing.errorNext(new IllegalStateException("broker away"));
        failing.errorNext(new IllegalStateException("broker away"));

        assertThat(reporter.lost()).isEqualTo(2);
    }

    @Test
    void shouldNotWaitForTheBrokersAgainForEachWindowWhenOneCouldNotBeSent() {
        // given a producer whose every send waits, and fails, as Kafka's does without metadata
        AtomicInteger sends = new AtomicInteger();
        MockProducer<byte[], byte[]> away = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                sends.incrementAndGet();
                TimeoutException failure = new TimeoutException("Topic t.trace not present in metadata after 1000 ms.");
                callback.onCompletion(null, failure);
                return CompletableFuture.failedFuture(failure);
            }
        };
        TraceReporter reporter = new TraceReporter(() -> report("a", "b"), away, new Topics("t."), EmbeddedRegistry.INSTANCE, blocks::add);
        // when
        reporter.close();
        // then
        assertThat(sends).hasValue(1);
        assertThat(blocks).hasSize(1);
    }

    @Test
    void shouldPublishTheLastWindowsWhenClosed() {
        reporter(() -> report("decode")).close();

        assertThat(producer.history()).hasSize(2);
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void shouldRefuseAnIntervalOfNothing() {
        try (TraceReporter reporter = reporter(() -> report())) {
            assertThatThrownBy(() -> reporter.start(Duration.ZERO)).hasMessage("tracer.interval_s: 0 (expected: more than 0)");
        }
    }
}
