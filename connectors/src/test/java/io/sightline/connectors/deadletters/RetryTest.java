package io.sightline.connectors.deadletters;

import static io.sightline.connectors.deadletters.LetterTopic.header;
import static io.sightline.connectors.deadletters.LetterTopic.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.walk.Span;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class RetryTest {
    private final LetterTopic topic = new LetterTopic();

    @AfterEach
    void close() {
        topic.close();
    }

    private long retry(LetterSelection selection, boolean again) {
        try (Retry retry = topic.letters.retry()) {
            return retry.send(retry.plan(selection, again), () -> { });
        }
    }

    private static LetterSelection only(LetterPlace place) {
        return new LetterSelection(Set.of(place), LetterSelection.ALL.span(), OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void shouldSendTheOriginalWhereItWasWithKeyAndHeadersAndMarkIt() {
        // given
        byte[] value = {(byte) 0xff, (byte) 0xd8, 0, 1, 2};
        LetterPlace place = topic.draft("shelf", value).header("correlation-id", "mine").header("correlation-id", "twice").because(5000, "x").from(Topic.REQUESTS, 1, 7).put();
        // when
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
        // then
        ConsumerRecord<byte[], byte[]> sent = topic.on(Topic.REQUESTS).get(0);
        assertThat(sent.value()).isEqualTo(value);
        assertThat(sent.key()).isEqualTo(utf8("shelf"));
        assertThat(sent.partition()).isEqualTo(1);
        assertThat(sent.headers()).extracting(h -> h.key() + "=" + new String(h.value())).containsExactly("correlation-id=mine", "correlation-id=twice", "retry-count=1",
                "retry-of=" + topic.topics.name(Topic.DEAD_LETTERS) + "-" + place);
        Survey survey = topic.letters.survey(LetterSelection.ALL, 10);
        assertThat(survey.letters()).as("the mark is no letter").isEqualTo(1);
        assertThat(survey.retried()).isEqualTo(1);
        assertThat(survey.reasons().get(0).retried()).isEqualTo(1);
        assertThat(survey.rows().get(0).retried()).isTrue();
        assertThat(topic.letters.find(place).orElseThrow().retried()).hasSize(1);
        assertThat(topic.letters.find(new LetterPlace(place.partition(), place.offset() + 1))).as("the mark").isEmpty();
    }

    @Test
    void shouldNotSendAgainWhatWasSentUnlessToldTo() {
        topic.request("a", new byte[] {1});
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
        assertThat(retry(LetterSelection.ALL, false)).isZero();
        RetryPlan plan = topic.letters.plan(LetterSelection.ALL, false);
        assertThat(plan.selected()).isEqualTo(1);
        assertThat(plan.retriedBefore()).isEqualTo(1);
        assertThat(plan.bytes()).isZero();
        assertThat(retry(LetterSelection.ALL, true)).isEqualTo(1);
        assertThat(topic.on(Topic.REQUESTS)).hasSize(2);
    }

    @Test
    void shouldShowASecondFailure() {
        // given a letter that was sent again
        LetterPlace first = topic.request("a", new byte[] {1});
        retry(LetterSelection.ALL, false);
        // when it fails again, as a worker would have it
        LetterPlace second = topic.draft("a", new byte[] {1}).header(RecordHeaders.RETRY_COUNT, "1").header(RecordHeaders.RETRY_OF, topic.topics.name(Topic.DEAD_LETTERS) + "-" + first)
                .because(5000, "still").from(Topic.REQUESTS, 1, 8).put();
        // then
        List<Survey.Row> rows = topic.letters.survey(LetterSelection.ALL, 10).rows();
        assertThat(rows).filteredOn(row -> row.letter().place().equals(first)).singleElement().extracting(Survey.Row::failedAgain).isEqualTo(Optional.of(second));
        assertThat(rows).filteredOn(row -> row.letter().place().equals(second)).singleElement().satisfies(row -> {
            assertThat(row.retried()).isFalse();
            assertThat(row.letter().retries()).isEqualTo(1);
            assertThat(row.letter().retryOf()).contains(first);
        });
        assertThat(topic.letters.find(first).orElseThrow().failedAgain()).containsExactly(second);
        // when it is sent once more
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
        // then
        assertThat(topic.on(Topic.REQUESTS)).extracting(r -> header(r, RecordHeaders.RETRY_COUNT)).containsExactly("1", "2");
    }

    @Test
    void shouldKnowWhatWasRetriedWhenTheClocksDiffer() {
        // given a letter from a clock that is ahead: its mark is older than it
        topic.draft(0, System.currentTimeMillis() + 1_800_000, "a", new byte[] {1}).because(5000, "x").from(Topic.REQUESTS, 0, 1).put();
        LetterSelection young = new LetterSelection(Set.of(), new Span(Optional.of(Instant.now().plusSeconds(1_200)), Optional.empty()), OptionalInt.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(retry(young, false)).isEqualTo(1);
        // when, then
        assertThat(retry(young, false)).isZero();
        assertThat(topic.letters.survey(young, 1).retried()).isEqualTo(1);
    }

    @Test
    void shouldGiveARequestWithoutANameTheNameOfItsFirstPlace() {
        topic.request(null, new byte[] {1});
        retry(LetterSelection.ALL, false);
        assertThat(header(topic.on(Topic.REQUESTS).get(0), RecordHeaders.REQUEST_ID)).isEqualTo(topic.topics.name(Topic.REQUESTS) + "-1@7");
    }

    @Test
    void shouldSendTheLastEditOfAnEntryOnly() {
        // given three edits of an entry, of which the first two were refused, and one of another
        String gallery = topic.topics.name(Topic.GALLERY);
        for (String key : List.of("g/a", "g/a", "g/b", "g/a")) {
            topic.send(new ProducerRecord<>(gallery, 0, utf8(key), new byte[] {1}));
        }
        LetterPlace first = topic.draft("g/a", new byte[] {1}).because(5000, "x").from(Topic.GALLERY, 0, 0).put();
        LetterPlace second = topic.draft("g/a", new byte[] {1, 2}).because(5000, "x").from(Topic.GALLERY, 0, 1).put();
        topic.draft("g/b", null).because(5000, "x").from(Topic.GALLERY, 0, 2).put();
        // when
        RetryPlan plan = topic.letters.plan(LetterSelection.ALL, false);
        // then
        assertThat(plan.toSend()).isEqualTo(1);
        assertThat(plan.bytes()).isZero();
        assertThat(plan.left()).singleElement().satisfies(left -> assertThat(left.examples()).containsExactlyInAnyOrder(first, second));
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
        assertThat(topic.on(Topic.GALLERY)).hasSize(5).last().satisfies(record -> {
            assertThat(record.key()).isEqualTo(utf8("g/b"));
            assertThat(record.value()).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere", "t0.results"})
    void shouldNotWriteToAnyOtherTopicWhateverALetterSays(String source) {
        topic.draft("a", new byte[] {1}).because(5000, "x").from(source, 0, 1).put();
        RetryPlan plan = topic.letters.plan(LetterSelection.ALL, false);
        assertThat(plan.toSend()).isZero();
        assertThat(plan.left()).singleElement().satisfies(left -> assertThat(left.why()).startsWith("from topic '" + source + "' (expected: "));
    }

    @Test
    void shouldLeaveWhatCanNotBeSent() {
        // given no headers, left out, and one byte too many
        topic.draft("a", new byte[] {1}).put();
        topic.draft(null, null).because(5000, "x (original of 18000000 bytes left out, expected: at most 17825792; it is at the source offset)").from(Topic.REQUESTS, 0, 1).put();
        int headers = size(topic.topics.name(Topic.REQUESTS));
        topic.draft(null, new byte[Topics.MAX_MESSAGE_BYTES - 1024 - headers + 1]).because(5000, "x").from(Topic.REQUESTS, 0, 1).put();
        LetterPlace fits = topic.draft(null, new byte[Topics.MAX_MESSAGE_BYTES - 1024 - headers]).because(5000, "x").from(Topic.REQUESTS, 0, 1).put();
        // when
        RetryPlan plan = topic.letters.plan(LetterSelection.ALL, false);
        // then
        assertThat(plan.left()).hasSize(3).allSatisfy(left -> assertThat(left.why()).contains("(expected: "));
        assertThat(plan.toSend()).isEqualTo(1);
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
        assertThat(topic.on(Topic.REQUESTS)).singleElement().satisfies(record -> assertThat(header(record, RecordHeaders.RETRY_OF)).endsWith("-" + fits));
    }

    private static int size(String source) {
        int size = 0;
        for (String[] header : new String[][] {{"err-no", "5000"}, {"err-msg", "x"}, {"source-topic", source}, {"source-partition", "0"}, {"source-offset", "1"}}) {
            size += header[0].length() * 3 + header[1].length() + 10;
        }
        return size;
    }

    @Test
    void shouldSendByTheKeyWhenThePartitionIsGone() {
        topic.draft("a", new byte[] {1}).because(5000, "x").from(Topic.REQUESTS, 99, 1).put();
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
        assertThat(topic.on(Topic.REQUESTS)).hasSize(1);
    }

    @Test
    void shouldUndoWhatWasNotFinishedAndSendItTheNextTime() {
        // given three letters, and a retry that dies at the second
        LetterPlace first = topic.request("a", new byte[] {1});
        topic.request("b", new byte[] {2});
        topic.request("c", new byte[] {3});
        int[] calls = {0};
        try (Retry retry = topic.letters.retry()) {
            RetryPlan plan = retry.plan(LetterSelection.ALL, false);
            assertThatThrownBy(() -> retry.send(plan, () -> {
                if (++calls[0] == 2) {
                    throw new IllegalStateException("died");
                }
            })).hasMessage("died");
        }
        // then nothing happened
        assertThat(topic.on(Topic.REQUESTS)).isEmpty();
        assertThat(topic.letters.find(first).orElseThrow().retried()).isEmpty();
        // when, then
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(3);
        assertThat(topic.on(Topic.REQUESTS)).hasSize(3);
    }

    @Test
    void shouldSendNothingMoreWhenAnotherRetryHasBegun() {
        topic.request("a", new byte[] {1});
        try (Retry late = topic.letters.retry()) {
            RetryPlan plan = late.plan(LetterSelection.ALL, false);
            assertThat(retry(LetterSelection.ALL, false)).isEqualTo(1);
            assertThatThrownBy(() -> late.send(plan, () -> { })).isInstanceOf(IllegalStateException.class).hasMessageStartingWith("retry: another retry has begun (expected: one at a time); 0 ");
        }
        assertThat(topic.on(Topic.REQUESTS)).hasSize(1);
    }

    @Test
    void shouldSendMoreThanOneTransactionHolds() {
        for (int i = 0; i < 450; i++) {
            topic.request("k" + i, new byte[] {1});
        }
        assertThat(retry(only(new LetterPlace(0, 17)), false)).isEqualTo(1);
        assertThat(retry(LetterSelection.ALL, false)).isEqualTo(449);
        assertThat(topic.on(Topic.REQUESTS)).extracting(r -> new String(r.key())).doesNotHaveDuplicates().hasSize(450);
        assertThat(topic.letters.survey(LetterSelection.ALL, 1).retried()).isEqualTo(450);
    }
}
