package io.sightline.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.client.RecognitionOptions;
import io.sightline.connectors.dataset.DatasetItem;
import io.sightline.connectors.results.ResultFormat;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayPartsTest {
    /** Makes builders work. */
    private static final AvroCodec<RecognitionResult> CODEC = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);

    @Test
    void shouldNameEachItemItsOwnAndFindItAgain() {
        RequestIds ids = new RequestIds("run-1");
        assertThat(ids.of(0)).isEqualTo("run-1-0000001");
        for (int item : new int[] {0, 41, 9_999_998, 9_999_999, Integer.MAX_VALUE - 1}) {
            assertThat(ids.item(ids.of(item))).isEqualTo(item);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "run-", "run-1", "run-0000000", "run-00000001", "run-000000x", "run-\u0661\u0661\u0661\u0661\u0661\u0661\u0661", "other-0000001", "run-99999999999", "run--000001"})
    void shouldNotTakeOthersIdsForItsOwn(String id) {
        assertThat(new RequestIds("run").item(id)).isEqualTo(-1);
    }

    @Test
    void shouldSendEachItemOnceInAnOrderThatTheSeedDecides() {
        SendingOrder plain = new SendingOrder(100, OptionalLong.empty(), OptionalInt.empty());
        assertThat(IntStream.range(0, 100).map(plain::item).toArray()).containsExactly(IntStream.range(0, 100).toArray());

        SendingOrder shuffled = new SendingOrder(100, OptionalLong.of(7), OptionalInt.empty());
        assertThat(IntStream.range(0, 100).map(shuffled::item).toArray()).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray())
                .isNotEqualTo(IntStream.range(0, 100).toArray()).isEqualTo(IntStream.range(0, 100).map(new SendingOrder(100, OptionalLong.of(7), OptionalInt.empty())::item).toArray())
                .isNotEqualTo(IntStream.range(0, 100).map(new SendingOrder(100, OptionalLong.of(8), OptionalInt.empty())::item).toArray());

        SendingOrder few = new SendingOrder(100, OptionalLong.of(7), OptionalInt.of(10));
        assertThat(few.size()).isEqualTo(10);
        for (int item = 0; item < 100; item++) {
            int position = few.position(item);
            assertThat(position < 0 ? shuffled.position(item) >= 10 : few.item(position) == item).isTrue();
        }
        assertThat(few.position(-1)).isEqualTo(-1);
        assertThat(few.position(100)).isEqualTo(-1);
        assertThat(new SendingOrder(3, OptionalLong.empty(), OptionalInt.of(4)).size()).isEqualTo(3);
    }

    @Test
    void shouldKeepToTheRateAndCatchUpWithASecondAtMost() {
        AtomicLong clock = new AtomicLong(-5_000_000_000L);
        Pace pace = new Pace(10, clock::get);
        assertThat(pace.nextInNs()).isZero();
        assertThat(pace.nextInNs()).isEqualTo(100_000_000L);
        clock.addAndGet(99_999_999L);
        assertThat(pace.nextInNs()).isEqualTo(1);
        clock.addAndGet(1);
        assertThat(pace.nextInNs()).isZero();
        clock.addAndGet(60_000_000_000L); // a long pause
        int atOnce = 0;
        while (pace.nextInNs() == 0) {
            atOnce++;
        }
        assertThat(atOnce).isEqualTo(11);
    }

    @Test
    void shouldWriteInOrderWhatComesInAnyOrderAndSayFromWhereToReadAgain() {
        List<String> written = new ArrayList<>();
        InOrder order = new InOrder(true, 2, (result, position) -> written.add(position + "=" + result.getRequestId()));

        order.add(4, result("e"), 0, 10);
        order.add(3, result("d"), 1, 7);
        assertThat(written).isEmpty();
        assertThat(order.safe(Map.of(0, 11L, 1, 20L, 2, 5L))).isEqualTo(Map.of(0, 10L, 1, 7L, 2, 5L));

        order.add(2, result("c"), -1, -1);
        assertThat(written).containsExactly("2=c", "3=d", "4=e");
        assertThat(order.safe(Map.of(0, 11L, 1, 20L))).isEqualTo(Map.of(0, 11L, 1, 20L));
    }

    @Test
    void shouldWriteAtOnceWhereNoOrderIsAsked() {
        List<Integer> written = new ArrayList<>();
        InOrder order = new InOrder(false, 0, (result, position) -> written.add(position));
        order.add(4, result("e"), 0, 10);
        order.add(0, result("a"), 0, 11);
        assertThat(written).containsExactly(4, 0);
        assertThat(order.safe(Map.of(0, 12L))).isEqualTo(Map.of(0, 12L));
    }

    /** Kafka may have the request that it did not acknowledge: the next life looks for it from the last one before it. */
    @Test
    void shouldTellOfNoRequestBehindOneThatMayHaveBeenTaken() {
        // given
        DatasetItem item = new DatasetItem("a.jpg", Optional.empty(), Map.of(), 1, 0, maxBytes -> new byte[1]);
        ReplayState.Begin begin = new ReplayState.Begin(ReplayState.VERSION, "run", "token", 3, "f", Map.of(), "requests", List.of(0L), "results", List.of(0L));
        try (RequestFeed feed = new RequestFeed(List.of(item, item, item), new SendingOrder(3, OptionalLong.empty(), OptionalInt.empty()), begin,
                settings(3, 1, 3, "run", RecognitionOptions.DEFAULTS, "localhost:1"), new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE), new BitSet(), 0)) {
            // when
            feed.answered(0, "run-0000001", item, written(7), null);
            feed.answered(1, "run-0000002", item, written(-1), new org.apache.kafka.common.errors.TimeoutException("not in time"));
            feed.answered(2, "run-0000003", item, written(9), null);

            // then
            assertThat(feed.nextSent()).isEqualTo(new RequestFeed.Sent(0, 0, 7));
            assertThat(feed.nextSent()).isNull();
            assertThat(feed.failure()).hasValueSatisfying(failure -> assertThat(failure).hasMessage("not in time"));
        }
    }

    private static RecordMetadata written(long offset) {
        return new RecordMetadata(new TopicPartition("requests", 0), offset, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | 1 | 1 | run | concurrency: 0 (expected: 1..100000)
            100001 | 1 | 1 | run | concurrency: 100001 (expected: 1..100000)
            1 | 0 | 1 | run | rate: 0.0 (expected: more than 0, at most 1000000)
            1 | NaN | 1 | run | rate: NaN (expected: more than 0, at most 1000000)
            1 | 1000001 | 1 | run | rate: 1000001.0 (expected: more than 0, at most 1000000)
            1 | 1 | 0 | run | limit: 0 (expected: at least 1)
            1 | 1 | 1 | a b | name: 'a b' (expected: 1 to 100 of A-Z a-z 0-9 . _ -, the first a letter or digit)
            1 | 1 | 1 | -a | name: '-a' (expected: 1 to 100 of A-Z a-z 0-9 . _ -, the first a letter or digit)
            """)
    void shouldRefuseSettingsBeyondTheirLimits(int concurrency, double rate, int limit, String name, String message) {
        assertThatThrownBy(() -> settings(concurrency, rate, limit, name, RecognitionOptions.DEFAULTS)).hasMessage(message);
    }

    @Test
    void shouldRefuseWhatEveryWorkerWouldRefuse() {
        assertThatThrownBy(() -> settings(1, 1, 1, "run", new RecognitionOptions("no spaces", null, null, null, null, null, null))).hasMessageContaining("pipeline: 'no spaces'");
        assertThatThrownBy(() -> settings(1, 1, 1, "run", new RecognitionOptions(null, null, null, 0, null, null, null))).hasMessageContaining("top_k: 0");
        assertThatThrownBy(() -> settings(1, 1, 1, "run", new RecognitionOptions(null, "a", List.of("b"), null, null, null, null))).hasMessageContaining("gallery and galleries");
        assertThatThrownBy(() -> settings(1, 1, 1, "run", new RecognitionOptions(null, null, null, null, 1.5, null, null))).hasMessageContaining("score_threshold: 1.5");
    }

    private static ReplaySettings settings(int concurrency, double rate, int limit, String name, RecognitionOptions request) {
        return settings(concurrency, rate, limit, name, request, "x:1");
    }

    private static ReplaySettings settings(int concurrency, double rate, int limit, String name, RecognitionOptions request, String bootstrapServers) {
        return new ReplaySettings(Map.of("bootstrap.servers", bootstrapServers), request, Path.of("out"), ResultFormat.JSONL, false, concurrency, OptionalDouble.of(rate), OptionalInt.of(limit),
                OptionalLong.empty(), Optional.of(name), Duration.ofSeconds(1), false);
    }

    private static RecognitionResult result(String id) {
        return RecognitionResult.newBuilder().setRequestId(id).setStatus(RecognitionStatus.RECOGNISED).setLineage(io.sightline.schemas.Lineage.newBuilder().build()).build();
    }
}
