package io.sightline.connectors.reply;

import io.sightline.connectors.reply.PendingCalls.PendingCall;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.trace.RecordTrace;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.RegistryUnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes requests and gallery edits to their topics. Encoding a large image and Kafka's send may block (at most max.block.ms), so both
 * happen on two threads of its own behind a queue as long as the limit of calls in flight. A call that ended while it queued is not sent.
 */
final class RequestSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestSender.class);
    private static final int THREADS = 2;
    private static final long AGAIN_MS = 200;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final String topic;
    private final AvroCodec<RecognitionRequest> codec;
    private final Supplier<CompletableFuture<Void>> writable;
    private final Supplier<Optional<String>> registryTrouble;
    private final KafkaProducer<String, byte[]> producer;
    private final ThreadPoolExecutor threads;
    private final Consumer<PendingCall> unsent;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String trouble = "not connected yet";

    /**
     * @param writable done once the schemas of all that is sent have ids
     * @param registryTrouble why that is not so yet
     * @param unsent told of each call that had ended before it was sent
     */
    RequestSender(Map<String, Object> properties, String topic, AvroCodec<RecognitionRequest> codec, Supplier<CompletableFuture<Void>> writable,
            Supplier<Optional<String>> registryTrouble, int maxQueued, Consumer<PendingCall> unsent) {
        this.topic = topic;
        this.unsent = unsent;
        this.codec = codec;
        this.writable = writable;
        this.registryTrouble = registryTrouble;
        this.producer = new KafkaProducer<>(properties);
        this.threads = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(maxQueued + 1), DaemonThreads.named("sightline-request-sender"));
        threads.execute(this::connect);
    }

    /** Why requests can't be written yet; empty: they can. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Fetches the topic's metadata and the schemas' ids ahead, or the first calls would wait for them. */
    private void connect() {
        while (closed.getCount() > 0) {
            try {
                producer.partitionsFor(topic);
                awaitIds();
                codec.encode(topic, RecognitionRequest.newBuilder().setImage(ByteBuffer.allocate(0)).build());
                trouble = null;
                return;
            } catch (RuntimeException e) {
                trouble = "topic " + topic + " can't be written: " + e.getMessage();
                LOG.debug("{}", trouble);
            } catch (InterruptedException e) {
                return;
            }
            try {
                closed.await(AGAIN_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** As long as it takes. */
    private void awaitIds() throws InterruptedException {
        CompletableFuture<Void> ids = writable.get();
        while (!ids.isDone() && closed.getCount() > 0) {
            trouble = "topic " + topic + " can't be written: " + registryTrouble.get().orElse("the schema registry was not asked yet");
            closed.await(AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** What goes on a topic. Called on a sender's thread: it may block. */
    interface Message {
        ProducerRecord<String, byte[]> record();
    }

    /** Returns at once; a request that can't be delivered fails its call. @param partition null: by the key */
    void send(PendingCall call, Integer partition, RecognitionRequest request) {
        send(call, () -> addressed(call, new ProducerRecord<>(topic, partition, call.id(), codec.encode(topic, request))), written -> { });
    }

    /** The record with what its answer is known by. */
    static ProducerRecord<String, byte[]> addressed(PendingCall call, ProducerRecord<String, byte[]> record) {
        RecordHeaders.put(record.headers(), RecordHeaders.REQUEST_ID, call.id());
        RecordHeaders.put(record.headers(), RecordHeaders.CORRELATION_ID, call.token());
        RecordTrace.put(record.headers(), call.trace());
        return record;
    }

    /**
     * Returns at once; a message that can't be delivered fails its call.
     *
     * @param written told where the record is once Kafka has it, on a thread that must not block
     */
    void send(PendingCall call, Message message, Consumer<RecordMetadata> written) {
        // A call that ends while Kafka is slow may be here for long still: its picture, which nobody counts any more, is not.
        AtomicReference<Message> waiting = new AtomicReference<>(message);
        call.future().whenComplete((result, error) -> waiting.set(null));
        try {
            threads.execute(() -> sendNow(call, waiting.getAndSet(null), written));
        } catch (RejectedExecutionException e) {
            call.future().completeExceptionally(rejected());
        }
    }

    private ReplyException rejected() {
        return threads.isShutdown() ? new ReplyException(Reason.CLOSED, RequestReply.CLOSED)
                : new ReplyException(Reason.OVERLOADED, "overloaded: too many requests wait to be sent (expected: fewer; try again later)");
    }

    private void sendNow(PendingCall call, Message message, Consumer<RecordMetadata> written) {
        if (message == null || call.future().isDone()) {
            unsent.accept(call);
            return;
        }
        try {
            ProducerRecord<String, byte[]> record = message.record();
            producer.send(record, (metadata, error) -> {
                if (error != null) {
                    fail(call, record.topic(), error);
                } else {
                    written.accept(metadata);
                }
            });
        } catch (RuntimeException e) {
            fail(call, topic, e);
        }
    }

    /** Partitions of a topic; may block: for the sender's own threads. */
    int partitions(String of) {
        return producer.partitionsFor(of).size();
    }

    /** Partitions of the requests topic. */
    CompletableFuture<Integer> requestPartitions() {
        try {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return partitions(topic);
                } catch (RuntimeException e) {
                    throw told(topic, e);
                }
            }, threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(rejected());
        }
    }

    private void fail(PendingCall call, String on, Exception error) {
        ReplyException told = told(on, error);
        if (call.future().completeExceptionally(told)) {
            LOG.atWarn().addKeyValue(LogKeys.REQUEST_ID, call.id()).log("a request was not sent: {}", error.toString());
        }
    }

    private static ReplyException told(String on, Exception error) {
        if (error instanceof RecordTooLargeException) {
            return new ReplyException(Reason.TOO_LARGE, "image: larger than topic " + on + " takes (expected: a smaller file)");
        }
        if (error instanceof BufferExhaustedException) {
            return new ReplyException(Reason.OVERLOADED, "overloaded: Kafka does not take requests as fast as they come (expected: fewer; try again later)");
        }
        if (error instanceof RegistryUnavailableException) {
            return new ReplyException(Reason.UNAVAILABLE, "the schema registry can't be asked (" + error.getMessage() + "); try again later");
        }
        return new ReplyException(Reason.UNAVAILABLE, "the request could not be written to Kafka (" + error.getClass().getSimpleName() + "); try again later");
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow();
        producer.close(CLOSE_WAIT);
    }
}
