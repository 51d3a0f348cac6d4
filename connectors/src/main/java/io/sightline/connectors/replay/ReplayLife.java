package io.sightline.connectors.replay;

import io.sightline.connectors.replay.ReplayState.Begin;
import io.sightline.connectors.results.ResultWriter;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** One life of a run, from its start to its end, or to the process's: results are read, brought into order, written and noted on the caller's thread. */
final class ReplayLife {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long NOTE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PARTITIONS_NS = TimeUnit.SECONDS.toNanos(5);

    private final ReplaySettings settings;
    private final SendingOrder order;
    private final Begin begin;
    private final RequestIds ids;
    private final AvroCodec<RecognitionResult> codec;
    private final ReplayState state;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ResultWriter writer;
    private final RequestFeed feed;
    private final BitSet answered;
    private final ReplaySummary summary;
    private final ReplayListener listener;
    private final InOrder inOrder;
    private final int earlier;
    private int written;
    private long notedAt = System.nanoTime();
    private long askedAt = notedAt;
    private long heardAt = notedAt;
    private long waitingSince = notedAt;

    /** @param done positions whose results are in the file; in order, the first ones */
    ReplayLife(ReplaySettings settings, SendingOrder order, Begin begin, SchemaRegistry registry, ReplayState state, KafkaConsumer<byte[], byte[]> consumer, ResultWriter writer,
            RequestFeed feed, BitSet done, ReplaySummary summary, ReplayListener listener) {
        this.settings = settings;
        this.order = order;
        this.begin = begin;
        this.ids = new RequestIds(begin.name());
        this.codec = new AvroCodec<>(RecognitionResult.class, registry);
        this.state = state;
        this.consumer = consumer;
        this.writer = writer;
        this.feed = feed;
        this.answered = (BitSet) done.clone();
        this.summary = summary;
        this.listener = listener;
        this.earlier = done.cardinality();
        this.written = earlier;
        this.inOrder = new InOrder(settings.inOrder(), earlier, this::write);
    }

    ReplayReport run() throws InterruptedException {
        long startNs = System.nanoTime();
        Thread sending = new Thread(feed, "sightline-replay-sender");
        sending.setDaemon(true);
        sending.start();
        try {
            while (written < order.size()) {
                step();
            }
        } finally {
            feed.close();
            sending.join();
            noteSent();
            state.flush();
        }
        long endNs = heardAt;
        note();
        long begunNs = feed.begunNs() == 0 ? startNs : feed.begunNs();
        return summary.report(new ReplayReport.Run(begin.name(), order.size(), earlier, written - earlier, Math.max(0, endNs - begunNs) / 1e9));
    }

    private void step() {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(POLL);
        } catch (KafkaException e) {
            throw stopped("topic " + begin.resultsTopic() + " can't be read, " + e.getMessage(), "a Kafka that answers", e);
        }
        records.forEach(this::take);
        for (RequestFeed.Unsent unsent = feed.nextUnsent(); unsent != null; unsent = feed.nextUnsent()) {
            listener.unreadable(unsent.path(), unsent.result().getErrMsg());
            take(unsent.position(), unsent.result(), -1, -1);
        }
        noteSent();
        long now = System.nanoTime();
        if (now - notedAt > NOTE_NS) {
            note();
            notedAt = System.nanoTime();
        }
        listener.progressed(written);
        feed.failure().ifPresent(failure -> {
            throw stopped("a request was not taken, " + failure, "a Kafka that takes requests", failure);
        });
        if (now - askedAt > PARTITIONS_NS) {
            askedAt = now;
            takeNewPartitions();
        }
        waitingSince = feed.waiting() ? Math.max(waitingSince, heardAt) : now;
        if (now - waitingSince > settings.patience().toNanos()) {
            throw stopped("no result for " + settings.patience().toSeconds() + " s, " + (order.size() - written) + " of " + order.size() + " are missing", "a worker that runs; --timeout waits longer", null);
        }
    }

    private ReplayException stopped(String seen, String expected, Throwable cause) {
        return new ReplayException("replay " + begin.name() + " stopped after " + written + " of " + order.size() + " results: " + seen + " (expected: " + expected
                + "; the same command goes on)", cause);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null || !RecordHeaders.text(record.headers(), RecordHeaders.CORRELATION_ID).equals(Optional.of(begin.token()))) {
            return; // somebody else's
        }
        int position = order.position(ids.item(new String(record.key(), StandardCharsets.UTF_8)));
        if (position >= 0 && !answered.get(position)) {
            take(position, decode(record), record.partition(), record.offset());
        }
    }

    private RecognitionResult decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            codec.whenReadable(record.value()).get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
            return codec.decode(record.value());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SerializationException unknown) {
                return unreadable(record, unknown); // the registry has answered, and would say the same to the next life
            }
            throw stopped("results can't be read, " + e, "a schema registry that answers", e);
        } catch (TimeoutException e) {
            throw stopped("results can't be read, " + e, "a schema registry that answers", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped("interrupted", "time to read results", e);
        } catch (SerializationException e) {
            return unreadable(record, e);
        } catch (KafkaException e) {
            throw stopped("results can't be read, " + e.getMessage(), "a schema registry that answers", e);
        }
    }

    private static RecognitionResult unreadable(ConsumerRecord<byte[], byte[]> record, SerializationException e) {
        return RecognitionResult.newBuilder().setRequestId(new String(record.key(), StandardCharsets.UTF_8)).setStatus(RecognitionStatus.FAILED).setErrNo(ErrorCode.UNKNOWN.number())
                .setErrMsg("the result at " + record.topic() + "-" + record.partition() + "@" + record.offset() + " can't be read: " + e.getMessage())
                .setLineage(Lineage.newBuilder().build()).setCompletedAtMs(Instant.now()).build();
    }

    private void take(int position, RecognitionResult result, int partition, long offset) {
        heardAt = System.nanoTime();
        answered.set(position);
        feed.answered(position).filter(ns -> partition >= 0).ifPresent(summary::underWay);
        inOrder.add(position, result, partition, offset);
    }

    private void write(RecognitionResult result, int position) {
        writer.write(result);
        summary.add(result);
        written++;
        feed.written();
    }

    private void noteSent() {
        for (RequestFeed.Sent sent = feed.nextSent(); sent != null; sent = feed.nextSent()) {
            state.sent(sent.position(), sent.partition(), sent.offset());
        }
        state.flush();
    }

    /** First the results on the disk, then how far they go. */
    private void note() {
        long bytes = writer.sync();
        Map<Integer, Long> read = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            read.put(partition.partition(), consumer.position(partition));
        }
        state.results(bytes, inOrder.safe(read));
    }

    private void takeNewPartitions() {
        if (ReplayTopics.hasGrown(consumer, begin.resultsTopic(), consumer.assignment().size())) {
            Map<Integer, Long> positions = new HashMap<>();
            consumer.assignment().forEach(partition -> positions.put(partition.partition(), consumer.position(partition)));
            ReplayTopics.assign(consumer, begin.resultsTopic(), positions, false);
        }
    }
}
