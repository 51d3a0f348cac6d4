package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestReplySoakTest {
    private static final int CALLERS = 8;
    private static final int CALLS = 150;

    @Test
    void shouldEndEveryCallExactlyOnceWhateverHappensToIt() throws Exception {
        TestBroker broker = TestBroker.shared();
        Topics topics = broker.newTopics(3);
        try (TestWorker worker = new TestWorker(broker, topics);
                RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), 20, 20_000), topics, EmbeddedRegistry.INSTANCE)) {
            assertThat(replies.awaitReady(Duration.ofSeconds(20))).isTrue();
            // given a worker that leaves every seventh request without an answer
            AtomicInteger requests = new AtomicInteger();
            worker.answerBy(request -> requests.incrementAndGet() % 7 == 0 ? null : TestWorker.recognised(request));
            AtomicInteger ends = new AtomicInteger();
            AtomicInteger wrong = new AtomicInteger();
            // when callers call, some give up early, some beyond the limit of calls in flight
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < CALLERS; c++) {
                Random random = new Random(c);
                int caller = c;
                callers.add(new Thread(() -> call(replies, caller, random, ends, wrong)));
            }
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            // then each call ended once, the books agree, and nothing is left
            await().untilAsserted(() -> assertThat(ends).hasValue(CALLERS * CALLS));
            assertThat(wrong).hasValue(0);
            ReplyStats stats = replies.stats();
            assertThat(stats.answered() + stats.timedOut() + stats.refused() + stats.cancelled() + stats.failed()).isEqualTo(CALLERS * CALLS);
            assertThat(stats.inFlight()).isZero();
            assertThat(stats.failed()).isZero();
            assertThat(stats.answered()).isPositive();
            assertThat(stats.timedOut()).isPositive();
            assertThat(stats.cancelled()).isPositive();
        }
    }

    private static void call(RequestReply replies, int caller, Random random, AtomicInteger ends, AtomicInteger wrong) {
        List<CompletableFuture<RecognitionResult>> open = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            String id = caller + "-" + i;
            RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId(id).setImage(ByteBuffer.wrap(new byte[random.nextInt(2_000)])).build();
            CompletableFuture<RecognitionResult> call = replies.call(request, Duration.ofMillis(150));
            call.whenComplete((result, error) -> {
                ends.incrementAndGet();
                if (result != null && !result.getRequestId().equals(id)) {
                    wrong.incrementAndGet();
                }
            });
            if (random.nextInt(10) == 0) {
                call.cancel(false);
            }
            open.add(call);
            if (open.size() == 4) {
                open.forEach(c -> c.handle((result, error) -> null).join());
                open.clear();
            }
        }
        open.forEach(c -> c.handle((result, error) -> null).join());
    }
}
