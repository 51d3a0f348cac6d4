package io.sightline.connectors.replay;

import io.sightline.connectors.client.RecognitionOptions;
import io.sightline.connectors.dataset.DatasetItem;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.AvroCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Reads pictures and sends their requests, on a thread of its own ({@link #run}); what comes of it is taken from its queues by the thread
 * that runs the replay. Bounded: no more requests without a result than the window has, in order no further ahead than that.
 */
final class RequestFeed implements Runnable, AutoCloseable {
    /** In order results wait for their turn in memory: so many for each that may be without its result. */
    private static final int AHEAD = 4;
    /** The window is filled again once one part of so many is free. */
    private static final int PORTIONS = 8;
    private static final long LOOK_MS = 100;
    private static final java.time.Duration CLOSE_WAIT = java.time.Duration.ofSeconds(10);

    /** Kafka has the request. */
    record Sent(int position, int partition, long offset) {
    }

    /** The request was not sent: this stands for its result. */
    record Unsent(int position, String path, RecognitionResult result) {
    }

    private final List<DatasetItem> items;
    private final SendingOrder order;
    private final RequestIds ids;
    private final String token;
    private final RecognitionOptions asked;
    private final String topic;
    private final AvroCodec<RecognitionRequest> codec;
    private final Optional<Pace> pace;
    private final BitSet skipped;
    private final Semaphore window;
    private final int portion;
    private final AtomicInteger underWay;
    private final Optional<Semaphore> ahead;
    /** What an earlier life left out below this position is no further ahead than what it sent: others wait for it. */
    private final int sentBefore;
    private final KafkaProducer<String, byte[]> producer;
    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final Queue<Unsent> unsent = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Long> sentAtNs = new ConcurrentHashMap<>();
    /** Permits of the window for requests to come; the sending thread's. */
    private int inHand;
    private volatile Throwable failure;
    private volatile boolean closed;
    private volatile long begunNs;

    /**
     * @param begin of the run
     * @param skipped positions that are sent already, or done
     * @param outstanding of these, those whose results are not there yet; in order, the others are the first ones
     */
    RequestFeed(List<DatasetItem> items, SendingOrder order, ReplayState.Begin begin, ReplaySettings settings, AvroCodec<RecognitionRequest> codec, BitSet skipped, int outstanding) {
        this.items = items;
        this.order = order;
        this.ids = new RequestIds(begin.name());
        this.token = begin.token();
        this.topic = begin.requestsTopic();
        this.asked = settings.request();
        this.codec = codec;
        this.pace = settings.rate().isPresent() ? Optional.of(new Pace(settings.rate().getAsDouble(), System::nanoTime)) : Optional.empty();
        this.skipped = (BitSet) skipped.clone();
        this.window = new Semaphore(settings.concurrency() - outstanding);
        this.portion = Math.max(1, settings.concurrency() / PORTIONS);
        this.underWay = new AtomicInteger(outstanding);
        this.sentBefore = skipped.length();
        int done = skipped.cardinality() - outstanding;
        this.ahead = settings.inOrder() ? Optional.of(new Semaphore(AHEAD * settings.concurrency() - (sentBefore - done))) : Optional.empty();
        this.producer = new KafkaProducer<>(ReplayTopics.producer(settings.kafka(), settings.patience().toMillis()), new StringSerializer(), new ByteArraySerializer());
    }

    /** For the sending thread. */
    @Override
    public void run() {
        try {
            producer.partitionsFor(topic); // connects: no part of the first request's time
            for (int position = skipped.nextClearBit(0); position < order.size() && !closed; position = skipped.nextClearBit(position + 1)) {
                if (!awaitTurn() || !acquireFromWindow() || position >= sentBefore && ahead.isPresent() && !acquire(ahead.get(), 1)) {
                    return;
                }
                underWay.incrementAndGet();
                send(position, items.get(order.item(position)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            if (!closed) {
                failure = e;
            }
        }
    }

    /** In portions: requests that go to Kafka together cost it, and the workers that fetch them, less than one now and one then. */
    private boolean acquireFromWindow() throws InterruptedException {
        if (inHand == 0) {
            if (!acquire(window, portion)) {
                return false;
            }
            inHand = portion;
        }
        inHand--;
        return true;
    }

    private boolean acquire(Semaphore permits, int count) throws InterruptedException {
        while (!permits.tryAcquire(count, LOOK_MS, TimeUnit.MILLISECONDS)) {
            if (closed) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitTurn() {
        if (pace.isEmpty()) {
            return true;
        }
        for (long waitNs = pace.get().nextInNs(); waitNs > 0; waitNs = pace.get().nextInNs()) {
            if (closed) {
                return false;
            }
            LockSupport.parkNanos(Math.min(waitNs, TimeUnit.MILLISECONDS.toNanos(LOOK_MS)));
        }
        return true;
    }

    private void send(int position, DatasetItem item) {
        String id = ids.of(order.item(position));
        byte[] picture;
        try {
            picture = item.picture().read(RequestLimits.DEFAULT.maxImageBytes());
            RequestLimits.DEFAULT.checkImageBytes(picture.length);
        } catch (IOException e) {
            refuse(position, id, item, String.valueOf(e.getMessage()));
            return;
        } catch (InvalidRequestException e) {
            refuse(position, id, item, e.getMessage());
            return;
        }
        if (begunNs == 0) {
            begunNs = System.nanoTime();
        }
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId(id).setImage(ByteBuffer.wrap(picture)).setPipeline(asked.pipeline()).setGallery(asked.gallery())
                .setGalleries(asked.galleries()).setTopK(asked.topK()).setScoreThreshold(asked.scoreThreshold()).setFilter(asked.filter()).setDistinctLabels(asked.distinctLabels())
                .setAttributes(attributes(item)).build();
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, id, codec.encode(topic, request));
        RecordHeaders.put(record.headers(), RecordHeaders.REQUEST_ID, id);
        RecordHeaders.put(record.headers(), RecordHeaders.CORRELATION_ID, token);
        sentAtNs.put(position, System.nanoTime());
        producer.send(record, (written, error) -> answered(position, id, item, written, error));
    }

    /** On the producer's thread, in the order of each partition. */
    void answered(int position, String id, DatasetItem item, RecordMetadata written, Exception error) {
        if (error == null) {
            if (failure == null) { // Kafka may have what failed: nothing behind it is told, so that the next life looks for it from there on
                sent.add(new Sent(position, written.partition(), written.offset()));
            }
        } else if (error instanceof RecordTooLargeException) {
            refuse(position, id, item, "larger than topic " + topic + " takes (expected: a smaller file)");
        } else if (!closed) {
            failure = error;
        }
    }

    /** Copied into the result: which picture it is of, and what it shows. */
    static Map<String, String> attributes(DatasetItem item) {
        Map<String, String> attributes = new HashMap<>(item.attributes());
        attributes.put("path", item.path());
        item.label().ifPresent(label -> attributes.put("label", label));
        return attributes;
    }

    private void refuse(int position, String id, DatasetItem item, String problem) {
        unsent.add(new Unsent(position, item.path(), RecognitionResult.newBuilder().setRequestId(id).setStatus(RecognitionStatus.REJECTED).setErrNo(ErrorCode.BAD_INPUT.number())
                .setErrMsg(problem).setAttributes(attributes(item)).setLineage(Lineage.newBuilder().build()).setCompletedAtMs(Instant.now()).build()));
    }

    /** The next request that Kafka has now; null: none since. */
    Sent nextSent() {
        return sent.poll();
    }

    /** The next picture that could not be sent; null: none since. */
    Unsent nextUnsent() {
        return unsent.poll();
    }

    /** The result is there. @return how long the request was under way, nanoseconds; empty: an earlier life had sent it, or it was not sent */
    Optional<Long> answered(int position) {
        underWay.decrementAndGet();
        window.release();
        return Optional.ofNullable(sentAtNs.remove(position)).map(at -> System.nanoTime() - at);
    }

    /** The result is in the file. */
    void written() {
        ahead.ifPresent(Semaphore::release);
    }

    /** Whether a request waits for its result. */
    boolean waiting() {
        return underWay.get() > 0;
    }

    /** When the first request was sent; 0: none was. By System.nanoTime. */
    long begunNs() {
        return begunNs;
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Ends sending. What Kafka has acknowledged by then is in the queue. */
    @Override
    public void close() {
        closed = true;
        producer.close(CLOSE_WAIT);
    }
}
