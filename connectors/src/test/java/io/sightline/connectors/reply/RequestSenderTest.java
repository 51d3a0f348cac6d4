package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.reply.PendingCalls.PendingCall;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RequestSenderTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(1);
    private final PendingCalls calls = new PendingCalls(10);

    /** What a call has of the memory that requests in flight may hold together is given back when it ends, however long Kafka takes no requests. */
    @Test
    void shouldLetGoOfARequestThatWaitsToBeSentWhenItsCallEnds() {
        // given both threads busy
        Queue<String> unsent = new ConcurrentLinkedQueue<>();
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch gate = new CountDownLatch(1);
        try (RequestSender sender = new RequestSender(KafkaProperties.producer(new ReplySettings(broker.kafka(), 10, 90_000)), topics.name(Topic.REQUESTS),
                new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE), () -> CompletableFuture.completedFuture(null), Optional::empty, 10, call -> unsent.add(call.id()))) {
            for (int i = 0; i < 2; i++) {
                sender.send(calls.add("busy " + i, "t"), () -> held(busy, gate), written -> { });
            }
            await().atMost(LONG).until(() -> busy.getCount() == 0);
            // and one more request
            PendingCall waiting = calls.add("waiting", "t");
            WeakReference<RecognitionRequest> request = send(sender, waiting);
            System.gc();
            assertThat(request.refersTo(null)).isFalse();
            // when
            waiting.future().cancel(false);
            // then
            await().atMost(LONG).until(() -> {
                System.gc();
                return request.refersTo(null);
            });
            assertThat(unsent).isEmpty();
            // and it is counted as not sent when its turn comes
            gate.countDown();
            await().atMost(LONG).untilAsserted(() -> assertThat(unsent).containsExactly("waiting"));
        }
    }

    private static org.apache.kafka.clients.producer.ProducerRecord<String, byte[]> held(CountDownLatch busy, CountDownLatch gate) {
        busy.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("made by the test");
    }

    private static WeakReference<RecognitionRequest> send(RequestSender sender, PendingCall call) {
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId(call.id()).setImage(ByteBuffer.wrap(new byte[1000])).build();
        sender.send(call, null, request);
        return new WeakReference<>(request);
    }
}
