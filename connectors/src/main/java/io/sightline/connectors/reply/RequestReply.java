package io.sightline.connectors.reply;

import io.sightline.connectors.reply.PendingCalls.PendingCall;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.RegistryUnavailableException;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls over Kafka: a request goes to the requests topic, its answer is awaited on the results topic. Thread-safe; {@link #call} never
 * blocks. Own threads: one reads results, two send, one does time-outs.
 *
 * <p>Guaranteed: a call ends once, with its answer or a {@link ReplyException}, at the latest at its time-out; its answer reaches
 * nobody else, whoever reads the same results topic; answers to calls of an earlier life of this process reach nobody; what is in
 * memory is bounded by {@code maxInFlight} calls. Not guaranteed: that a request whose call ended without an answer was not processed.
 */
public final class RequestReply implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestReply.class);
    static final String CLOSED = "shutting down (expected: a server that stays up; try again elsewhere)";
    /** No id of ours is longer: 200 characters of at most four bytes. */
    private static final int MAX_KEY_BYTES = 800;
    private static final Duration READY_CHECK = Duration.ofMillis(20);

    private final ReplySettings settings;
    private final AvroCodec<RecognitionResult> results;
    private final PendingCalls calls;
    private final WithdrawnCalls withdrawn;
    private final RequestSender sender;
    private final ResultsReader reader;
    private final Thread readerThread;
    private final ScheduledThreadPoolExecutor timer;
    private final String tokenPrefix = UUID.randomUUID() + "-";
    private final AtomicLong tokens = new AtomicLong();
    private final GalleryCalls gallery;
    private volatile boolean closed;

    private RequestReply(ReplySettings settings, Topics topics, SchemaRegistry registry) {
        this.settings = settings;
        this.results = new AvroCodec<>(RecognitionResult.class, registry);
        this.calls = new PendingCalls(settings.maxInFlight());
        this.withdrawn = new WithdrawnCalls(settings.timeoutMs());
        this.timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("sightline-reply-timer"));
        timer.setRemoveOnCancelPolicy(true);
        AvroCodec<GalleryEntry> entries = new AvroCodec<>(GalleryEntry.class, registry);
        AvroCodec<RecognitionRequest> requests = new AvroCodec<>(RecognitionRequest.class, registry);
        this.sender = new RequestSender(KafkaProperties.producer(settings), topics.name(Topic.REQUESTS), requests,
                () -> requests.whenWritable(topics.name(Topic.REQUESTS)).thenCombine(entries.whenWritable(topics.name(Topic.GALLERY)), (one, other) -> null),
                registry::trouble, settings.maxInFlight(), this::unsent);
        this.reader = new ResultsReader(KafkaProperties.consumer(settings), topics.name(Topic.RESULTS), this::onRecord);
        this.readerThread = DaemonThreads.named("sightline-results-reader").newThread(reader);
        this.gallery = new GalleryCalls(this, sender, timer, topics.name(Topic.GALLERY), entries);
    }

    /**
     * Begins to connect; returns at once. Calls are taken on once {@link #trouble()} is empty.
     *
     * @throws org.apache.kafka.common.KafkaException where Kafka's clients refuse the settings
     */
    public static RequestReply start(ReplySettings settings, Topics topics, SchemaRegistry registry) {
        RequestReply replies = new RequestReply(settings, topics, registry);
        replies.readerThread.start();
        return replies;
    }

    /** Why no call can be taken on now, one sentence; empty: ready. Cheap. */
    public Optional<String> trouble() {
        return closed ? Optional.of(CLOSED) : reader.trouble().or(sender::trouble);
    }

    /** Waits until calls are taken on. False where that did not come within the time. */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (trouble().isPresent()) {
            if (closed || System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(READY_CHECK.toMillis());
        }
        return true;
    }

    /**
     * Sends a request and gives its answer to be. Cancelling the future forgets the call: the request is not sent where it was not yet; a worker in this process
     * that asks {@link #isWithdrawn} begins nothing more of it, any other one at its deadline. The future is completed on one of this class's threads: what depends on it must not block there.
     *
     * @param request its id names the call and must not be empty; its deadline is set here
     * @param timeout longest wait; more than {@link ReplySettings#timeoutMs()} counts as that
     * @return completes with the answer, whatever its status, or with a {@link ReplyException}
     */
    public CompletableFuture<RecognitionResult> call(RecognitionRequest request, Duration timeout) {
        return call(request, null, timeout);
    }

    /** As {@link #call(RecognitionRequest, Duration)}. @param partition where the request goes; null: by its id */
    CompletableFuture<RecognitionResult> call(RecognitionRequest request, Integer partition, Duration timeout) {
        long timeoutMs = timeoutMs(timeout);
        RecognitionRequest dated = withDeadline(request, timeoutMs);
        return begin(request.getRequestId(), timeout, call -> sender.send(call, partition, dated));
    }

    private long timeoutMs(Duration timeout) {
        return Math.max(1, Math.min(timeout.toMillis(), settings.timeoutMs()));
    }

    /** Takes a call on. @param send sends it; not called where the call is refused */
    CompletableFuture<RecognitionResult> begin(String requestId, Duration timeout, Consumer<PendingCall> send) {
        String id = RequestLimits.checkId("request_id", requestId);
        long timeoutMs = timeoutMs(timeout);
        PendingCall call;
        try {
            String trouble = trouble().orElse(null);
            if (trouble != null) {
                throw calls.refuse(closed ? Reason.CLOSED : Reason.UNAVAILABLE, closed ? CLOSED : "not ready: " + trouble);
            }
            call = calls.add(id, tokenPrefix + tokens.incrementAndGet());
        } catch (ReplyException e) {
            return CompletableFuture.failedFuture(e);
        }
        try {
            ScheduledFuture<?> timeoutTask = timer.schedule(() -> timedOut(call, timeoutMs), timeoutMs, TimeUnit.MILLISECONDS);
            call.future().whenComplete((result, error) -> {
                timeoutTask.cancel(false);
                if (call.future().isCancelled()) {
                    withdrawn.add(call.token());
                }
            });
        } catch (java.util.concurrent.RejectedExecutionException e) {
            call.future().completeExceptionally(new ReplyException(Reason.CLOSED, CLOSED)); // closed in this very moment
        }
        send.accept(call);
        return call.future();
    }

    /** Edits of galleries, over the same connections and within the same limits. */
    public GalleryCalls gallery() {
        return gallery;
    }

    private static void timedOut(PendingCall call, long timeoutMs) {
        call.future().completeExceptionally(new ReplyException(Reason.TIMEOUT, "no answer within " + timeoutMs + " ms (expected: a worker that keeps up)"));
    }

    /** Not by a builder made of the request: that would copy the image. */
    private static RecognitionRequest withDeadline(RecognitionRequest r, long timeoutMs) {
        RecognitionRequest dated = new RecognitionRequest();
        for (Schema.Field field : r.getSchema().getFields()) {
            dated.put(field.pos(), r.get(field.pos()));
        }
        dated.put(r.getSchema().getField("deadline_ms").pos(), Instant.ofEpochMilli(System.currentTimeMillis() + timeoutMs));
        return dated;
    }

    /** On the reader's thread, which never waits. Decodes only what one of our calls waits for. */
    private void onRecord(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null || record.key().length > MAX_KEY_BYTES) {
            return;
        }
        PendingCall call = calls.get(new String(record.key(), StandardCharsets.UTF_8));
        Optional<String> token = RecordHeaders.text(record.headers(), RecordHeaders.CORRELATION_ID);
        if (call == null || !token.equals(Optional.of(call.token()))) {
            if (withdrawn.any()) {
                token.ifPresent(withdrawn::forget);
            }
            return; // another bridge's, the late answer to an earlier call with this id, or (workers copy the header) that to a request on the topic that has this id too
        }
        CompletableFuture<Void> readable = results.whenReadable(record.value());
        if (readable.isDone() && !readable.isCompletedExceptionally()) {
            answer(call, record, null);
        } else {
            // The worker writes with a schema that is new here: this answer waits for the registry, others pass. At most as long as its caller does: the
            // registry may be away for long, and of what waited for it alone all answers of that time would be kept.
            CompletableFuture.anyOf(readable, call.future()).whenCompleteAsync((nothing, unreadable) -> answer(call, record, unreadable));
        }
    }

    /** @param unreadable what the registry came to, asked for the schema; null: it was not needed, or has it */
    private void answer(PendingCall call, ConsumerRecord<byte[], byte[]> record, Throwable unreadable) {
        if (call.future().isDone()) {
            return;
        }
        try {
            if (unreadable != null && unreadable.getCause() instanceof SerializationException answered) {
                throw answered; // decoding would ask again, and not wait for a registry that takes its time to say no
            }
            call.future().complete(results.decode(record.value()));
        } catch (SerializationException e) {
            LOG.atWarn().addKeyValue(LogKeys.REQUEST_ID, call.id())
                    .log("the answer at {}-{}@{} can't be read: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
            call.future().completeExceptionally(new ReplyException(Reason.UNREADABLE, "the answer can't be read (" + e.getMessage() + ")"));
        } catch (RegistryUnavailableException e) {
            call.future().completeExceptionally(new ReplyException(Reason.UNAVAILABLE, "the answer is there, the schema registry that it is read with is not (" + e.getMessage() + ")"));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.REQUEST_ID, call.id()).setCause(e).log("handing on the answer failed");
            call.future().completeExceptionally(e);
        }
    }

    private void unsent(PendingCall call) {
        calls.unsent();
        withdrawn.forget(call.token());
    }

    /**
     * Whether these are the headers of a request of this process whose caller has gone: its answer reaches nobody. False for requests of others, and where nothing is
     * known. Any thread; returns at once.
     */
    public boolean isWithdrawn(Headers request) {
        return withdrawn.any() && RecordHeaders.text(request, RecordHeaders.CORRELATION_ID).filter(withdrawn::contains).isPresent();
    }

    /** Calls whose callers have gone, with their requests on their way: a bounded number. */
    public int withdrawn() {
        return withdrawn.size();
    }

    /** Calls waiting for their answer now. */
    public int inFlight() {
        return calls.size();
    }

    public ReplyStats stats() {
        return calls.stats();
    }

    /** Ends every call still waiting with CLOSED, and both Kafka clients. Takes at most some seconds. */
    @Override
    public void close() {
        closed = true;
        calls.failAll(new ReplyException(Reason.CLOSED, CLOSED));
        timer.shutdownNow();
        reader.close();
        sender.close();
        try {
            readerThread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calls.failAll(new ReplyException(Reason.CLOSED, CLOSED)); // one that slipped in meanwhile
    }
}
