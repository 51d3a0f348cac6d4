package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.schemas.wire.UnknownSchemaIdException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReplyTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(3);
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestWorker worker;

    @BeforeEach
    void startWorker() {
        worker = new TestWorker(broker, topics);
        open.add(worker);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    private RequestReply replies(int maxInFlight) throws InterruptedException {
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), maxInFlight, 20_000), topics, EmbeddedRegistry.INSTANCE);
        open.add(replies);
        assertThat(replies.awaitReady(LONG)).isTrue();
        return replies;
    }

    private static RecognitionRequest request(String id) {
        return RecognitionRequest.newBuilder().setRequestId(id).setImage(ByteBuffer.wrap(new byte[] {1})).build();
    }

    @Test
    void shouldGiveEachOfManyCallsItsOwnAnswer() throws Exception {
        // given
        RequestReply replies = replies(200);
        // when
        List<CompletableFuture<RecognitionResult>> answers = IntStream.range(0, 200).mapToObj(i -> replies.call(request("r" + i), LONG)).toList();
        // then
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).join().getRequestId()).isEqualTo("r" + i);
        }
        assertStats(replies, new ReplyStats(0, 200, 0, 0, 0, 0, 0));
    }

    /** Who waits for an answer may have it a moment before it is counted. */
    private static void assertStats(RequestReply replies, ReplyStats expected) {
        await().untilAsserted(() -> assertThat(replies.stats()).isEqualTo(expected));
    }

    @Test
    void shouldNotSendARequestWhoseCallerHasGoneAndCountIt() throws Exception {
        // given
        worker.hold();
        RequestReply replies = replies(12);
        RecognitionRequest.Builder large = RecognitionRequest.newBuilder().setImage(ByteBuffer.wrap(new byte[4 << 20]));
        // when callers come and go faster than their pictures can be sent
        IntStream.range(0, 12).mapToObj(i -> replies.call(large.setRequestId("r" + i).build(), LONG)).toList().forEach(call -> call.cancel(false));
        // then each request was either sent or counted as not sent
        await().untilAsserted(() -> assertThat(worker.held().size() + replies.stats().unsent()).isEqualTo(12));
        assertThat(replies.stats().cancelled()).isEqualTo(12);
        assertThat(replies.stats().unsent()).isPositive();
    }

    @Test
    void shouldSayWhichRequestIsWithdrawnUntilItsAnswerComes() throws Exception {
        // given two requests that are sent, and a bridge that knows nothing of them
        worker.hold();
        RequestReply replies = replies(4);
        RequestReply other = replies(4);
        CompletableFuture<RecognitionResult> leaving = replies.call(request("leaving"), LONG);
        CompletableFuture<RecognitionResult> staying = replies.call(request("staying"), LONG);
        await().until(() -> worker.held().size() == 2);
        Map<String, Headers> sent = worker.held().stream().collect(Collectors.toMap(record -> new String(record.key(), StandardCharsets.UTF_8), record -> record.headers()));
        assertThat(replies.isWithdrawn(sent.get("leaving"))).isFalse();
        // when
        leaving.cancel(false);
        // then
        assertThat(replies.isWithdrawn(sent.get("leaving"))).isTrue();
        assertThat(replies.isWithdrawn(sent.get("staying"))).isFalse();
        assertThat(other.isWithdrawn(sent.get("leaving"))).isFalse();
        assertThat(replies.isWithdrawn(new org.apache.kafka.common.header.internals.RecordHeaders())).isFalse();
        // and when the worker has answered both, nothing is left
        worker.release();
        assertThat(staying.join().getRequestId()).isEqualTo("staying");
        await().until(() -> replies.withdrawn() == 0);
        assertThat(replies.isWithdrawn(sent.get("leaving"))).isFalse();
    }

    @Test
    void shouldTellTheWorkerWhenTheCallerStopsWaiting() throws Exception {
        long before = System.currentTimeMillis();
        replies(1).call(request("r"), Duration.ofSeconds(7)).join();
        assertThat(worker.seen().get(0).getDeadlineMs().toEpochMilli()).isBetween(before + 7_000, System.currentTimeMillis() + 7_000);
    }

    @Test
    void shouldTimeOutWhenNobodyAnswersAndNotMindALateAnswer() throws Exception {
        // given
        RequestReply replies = replies(4);
        worker.hold();
        // when
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), Duration.ofMillis(200));
        // then
        assertReason(call, Reason.TIMEOUT, "no answer within 200 ms (expected: a worker that keeps up)");
        await().until(() -> replies.inFlight() == 0 && worker.held().size() == 1);
        worker.release();
        assertThat(replies.call(request("r2"), LONG).join().getRequestId()).isEqualTo("r2");
    }

    @Test
    void shouldRefuseOneCallMoreThanMayWait() throws Exception {
        RequestReply replies = replies(2);
        worker.hold();
        CompletableFuture<RecognitionResult> first = replies.call(request("1"), LONG);
        CompletableFuture<RecognitionResult> second = replies.call(request("2"), LONG);
        assertReason(replies.call(request("3"), LONG), Reason.OVERLOADED, "overloaded: 2 requests are in flight (expected: fewer; try again later)");
        await().until(() -> worker.held().size() == 2);
        worker.release();
        CompletableFuture.allOf(first, second).join();
        assertThat(replies.call(request("3"), LONG).join().getRequestId()).isEqualTo("3");
        assertStats(replies, new ReplyStats(0, 3, 0, 1, 0, 0, 0));
    }

    @Test
    void shouldRefuseAnIdThatIsInFlightAndTakeItOnceItIsNot() throws Exception {
        RequestReply replies = replies(4);
        worker.hold();
        CompletableFuture<RecognitionResult> first = replies.call(request("same"), LONG);
        assertReason(replies.call(request("same"), LONG), Reason.DUPLICATE, "request_id: 'same' is in flight already (expected: an id of its own for each request)");
        await().until(() -> worker.held().size() == 1);
        worker.release();
        first.join();
        await().until(() -> replies.inFlight() == 0);
        assertThat(replies.call(request("same"), LONG).join().getRequestId()).isEqualTo("same");
    }

    @Test
    void shouldForgetACancelledCall() throws Exception {
        RequestReply replies = replies(1);
        worker.hold();
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), LONG);
        await().until(() -> worker.held().size() == 1);
        call.cancel(true);
        assertThat(replies.stats()).isEqualTo(new ReplyStats(0, 0, 0, 0, 1, 0, 0));
        worker.release();
        assertThat(replies.call(request("next"), LONG).join().getRequestId()).isEqualTo("next");
    }

    @Test
    void shouldIgnoreStrangeRecordsOnTheResultsTopic() throws Exception {
        // given a call that waits
        RequestReply replies = replies(4);
        worker.hold();
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), LONG);
        await().until(() -> worker.held().size() == 1);
        // when records come that are nobody's answer
        byte[] key = "r".getBytes(StandardCharsets.UTF_8);
        worker.publish(null, new byte[] {1}, Map.of());
        worker.publish(key, null, Map.of());
        worker.publish("other".getBytes(StandardCharsets.UTF_8), "garbage".getBytes(StandardCharsets.UTF_8), Map.of());
        worker.publish(new byte[5_000], new byte[] {1}, Map.of());
        worker.publish(new byte[] {(byte) 0xff, (byte) 0xfe}, new byte[] {1}, Map.of());
        worker.publish(key, "the answer to an earlier call with this id".getBytes(StandardCharsets.UTF_8), Map.of(RecordHeaders.CORRELATION_ID, "earlier"));
        // then the call gets its own
        worker.release();
        assertThat(call.join().getRequestId()).isEqualTo("r");
    }

    /** Anybody may send requests straight to the topic, under any id; the bridge's callers choose theirs too. */
    @Test
    void shouldNotTakeTheAnswerToARequestOnTheTopicWithTheSameIdForItsOwn() throws Exception {
        // given a call that waits
        RequestReply replies = replies(4);
        worker.hold();
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), LONG);
        await().atMost(LONG).until(() -> worker.held().size() == 1);
        // when a request of somebody else with that id is answered first: it had no correlation-id, so its result has none
        byte[] others = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE).encode("results", TestWorker.ended(request("r"), RecognitionStatus.REJECTED, 5000, "another picture"));
        worker.publish("r".getBytes(StandardCharsets.UTF_8), others, Map.of(RecordHeaders.REQUEST_ID, "r"));
        // then the call gets its own
        worker.release();
        assertThat(call.join().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    @Test
    void shouldSayThatAnAnswerCanNotBeReadWhenItCanNot() throws Exception {
        RequestReply replies = replies(4);
        worker.hold();
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), LONG);
        await().until(() -> worker.held().size() == 1);
        worker.publish("r".getBytes(StandardCharsets.UTF_8), new byte[] {0, 0, 0, 0, 99, 1}, Map.of(RecordHeaders.CORRELATION_ID,
                RecordHeaders.text(worker.held().get(0).headers(), RecordHeaders.CORRELATION_ID).orElseThrow()));
        assertReason(call, Reason.UNREADABLE, "the answer can't be read (schema id: 99 (expected: 1..7, Sightline's own schemas))");
    }

    /** A registry may be away for hours: answers that nobody waits for any more must not stay in memory as long. */
    @Test
    void shouldLetGoOfAnswersItCanNotReadYetOnceTheirCallsHaveEnded() throws Exception {
        // given answers with a schema that the registry is still asked for
        CompletableFuture<Void> readable = new CompletableFuture<>();
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), 20, 20_000), topics, new LateRegistry(readable));
        open.add(replies);
        assertThat(replies.awaitReady(LONG)).isTrue();
        List<CompletableFuture<RecognitionResult>> calls = IntStream.range(0, 20).mapToObj(i -> replies.call(request("r" + i), LONG)).toList();
        await().atMost(LONG).untilAsserted(() -> assertThat(readable.getNumberOfDependents()).isEqualTo(20));
        // when all calls but one end
        calls.subList(1, 20).forEach(call -> call.completeExceptionally(new ReplyException(Reason.TIMEOUT, "made by the test")));
        // then only that one's answer is held, and given when the registry answers
        assertThat(readable.getNumberOfDependents()).isEqualTo(1);
        readable.complete(null);
        assertThat(calls.get(0).join().getRequestId()).isEqualTo("r0");
    }

    /** Or a call would be told to try again that can only fail again. */
    @Test
    void shouldTakeTheRegistrysNoForAnAnswerThoughItIsTooSlowToBeAskedAgain() throws Exception {
        // given
        CompletableFuture<Void> readable = CompletableFuture.failedFuture(new UnknownSchemaIdException(99, "one that the registry has"));
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), 4, 90_000), topics, new LateRegistry(readable));
        open.add(replies);
        assertThat(replies.awaitReady(LONG)).isTrue();
        // when, then
        assertReason(replies.call(request("r"), LONG), Reason.UNREADABLE, "the answer can't be read (schema id: 99 (expected: one that the registry has))");
    }

    /** @param readable when its schemas are there */
    private record LateRegistry(CompletableFuture<Void> readable) implements SchemaRegistry {
        @Override
        public int idOf(String subject, Schema schema) {
            return EmbeddedRegistry.INSTANCE.idOf(subject, schema);
        }

        @Override
        public Schema schemaOf(int id) {
            return EmbeddedRegistry.INSTANCE.schemaOf(id);
        }

        @Override
        public CompletableFuture<Void> whenReadable(byte[] value) {
            return readable;
        }
    }

    @Test
    void shouldHearAnswersInAPartitionAddedLater() throws Exception {
        // given
        RequestReply replies = replies(4);
        String results = topics.name(io.sightline.schemas.topics.Topic.RESULTS);
        broker.setPartitions(results, 5);
        worker.hold();
        // when the answer comes in the new partition
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), LONG);
        await().atMost(LONG).until(() -> worker.held().size() == 1);
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> worker.publish(4, worker.held().get(0)));
        // then
        assertThat(call.join().getRequestId()).isEqualTo("r");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void shouldRefuseACallWithoutAnId(String id) throws Exception {
        RequestReply replies = replies(1);
        assertThatThrownBy(() -> replies.call(request(id), LONG)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("request_id: '");
    }

    @Test
    void shouldEndWaitingCallsWhenClosed() throws Exception {
        RequestReply replies = replies(4);
        worker.hold();
        CompletableFuture<RecognitionResult> call = replies.call(request("r"), LONG);
        replies.close();
        assertReason(call, Reason.CLOSED, "shutting down (expected: a server that stays up; try again elsewhere)");
        assertReason(replies.call(request("r"), LONG), Reason.CLOSED, RequestReply.CLOSED);
        assertThat(replies.awaitReady(Duration.ofSeconds(1))).isFalse();
        replies.close(); // a second time: nothing
    }

    @Test
    void shouldSayThatTheTopicIsMissingUntilItIsThere() throws Exception {
        // given
        Topics none = new Topics("none.");
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), 4, 3_000), none, EmbeddedRegistry.INSTANCE);
        open.add(replies);
        // then
        await().atMost(LONG).untilAsserted(() -> assertThat(replies.trouble().orElse("")).contains("topic none.results can't be read"));
        assertReason(replies.call(request("r"), LONG), Reason.UNAVAILABLE, "not ready: " + replies.trouble().orElseThrow());
        // when
        broker.create(none, io.sightline.schemas.topics.Topic.RESULTS, 1);
        broker.create(none, io.sightline.schemas.topics.Topic.REQUESTS, 1);
        // then
        assertThat(replies.awaitReady(LONG)).isTrue();
    }

    @Test
    void shouldBeUnreadyWhileTheBrokerIsAwayAndServeAgainWhenItIsBack() throws Exception {
        try (TestBroker own = TestBroker.start()) {
            // given
            Topics ownTopics = own.newTopics(2);
            try (RequestReply replies = RequestReply.start(new ReplySettings(own.kafka(), 4, 20_000), ownTopics, EmbeddedRegistry.INSTANCE)) {
                assertThat(replies.awaitReady(LONG)).isTrue();
                // when
                own.stop();
                // then
                await().atMost(LONG).until(() -> replies.trouble().isPresent());
                assertReason(replies.call(request("r"), LONG), Reason.UNAVAILABLE, "not ready: " + replies.trouble().orElseThrow());
                // when it is back
                own.startAgain();
                assertThat(replies.awaitReady(LONG)).isTrue();
                try (TestWorker again = new TestWorker(own, ownTopics)) {
                    assertThat(replies.call(request("r"), LONG).join().getRequestId()).isEqualTo("r");
                    assertThat(again.seen()).hasSize(1);
                }
            }
        }
    }

    @Test
    void shouldRefuseSettingsKafkaRefuses() {
        ReplySettings wrong = new ReplySettings(Map.of("bootstrap.servers", "no port here"), 1, 1000);
        assertThatThrownBy(() -> RequestReply.start(wrong, topics, EmbeddedRegistry.INSTANCE)).isInstanceOf(KafkaException.class);
    }

    @Test
    void shouldSayThatARequestIsTooLargeForTheTopic() throws Exception {
        RequestReply replies = replies(4);
        RecognitionRequest large = RecognitionRequest.newBuilder().setRequestId("large").setImage(ByteBuffer.allocate(Topics.MAX_MESSAGE_BYTES)).build();
        assertReason(replies.call(large, LONG), Reason.TOO_LARGE, "image: larger than topic " + topics.name(io.sightline.schemas.topics.Topic.REQUESTS) + " takes (expected: a smaller file)");
        assertThat(new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE).encode("t", large).length).isGreaterThan(Topics.MAX_MESSAGE_BYTES);
    }

    private static void assertReason(CompletableFuture<RecognitionResult> call, Reason reason, String message) {
        assertThatThrownBy(call::join).isInstanceOf(CompletionException.class).cause().isInstanceOfSatisfying(ReplyException.class,
                e -> assertThat(e.reason()).isEqualTo(reason)).hasMessage(message);
    }
}
