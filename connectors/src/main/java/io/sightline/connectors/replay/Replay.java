package io.sightline.connectors.replay;

import io.sightline.connectors.dataset.Dataset;
import io.sightline.connectors.replay.ReplayState.Begin;
import io.sightline.connectors.replay.ReplayState.Known;
import io.sightline.connectors.results.RecoveredResults;
import io.sightline.connectors.results.ResultFiles;
import io.sightline.connectors.results.ResultWriter;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Sends a dataset's pictures as requests and writes their results into a file.
 *
 * <p>Guaranteed, also over any number of kill -9 of this process, of the workers and of the brokers (as far as these keep what they have
 * acknowledged): the file has exactly one result for each picture in the end; a request that Kafka has is not sent again. A life of the run goes on
 * where the last one was: the file is cut to its last whole result, requests that were sent and not noted are looked for on the requests
 * topic, and results are read from where the file had them all. Not guaranteed: that a worker processes a request once; see
 * worker.processing_guarantee. Its results have the same id, and one of them is written.
 */
public final class Replay {
    private final ReplaySettings settings;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final Dataset dataset;
    private final ReplayListener listener;

    /** @param dataset the caller's to close */
    public Replay(ReplaySettings settings, Topics topics, SchemaRegistry registry, Dataset dataset, ReplayListener listener) {
        if (settings.seed().isPresent() && dataset.sequential()) {
            throw new IllegalArgumentException("shuffle: of a packed archive (expected: a folder, a list, a .tar or a .zip, whose pictures can be read in any order)");
        }
        this.settings = settings;
        this.topics = topics;
        this.registry = registry;
        this.dataset = dataset;
        this.listener = listener;
    }

    /**
     * Runs until every picture has its result. Blocks.
     *
     * @throws ReplayException it can't go on; the same call goes on later
     */
    public ReplayReport run() throws InterruptedException {
        SendingOrder order = new SendingOrder(dataset.items().size(), settings.seed(), settings.limit());
        makeRoom();
        try (ReplayState state = ReplayState.open(settings.state()); KafkaConsumer<byte[], byte[]> consumer = ReplayTopics.consumer(settings.kafka(), settings.concurrency())) {
            Known known = known(state, consumer);
            ReplaySummary summary = new ReplaySummary();
            BitSet done = new BitSet();
            boolean there = recover(known, order, done, summary);
            BitSet skipped = (BitSet) done.clone();
            skipped.or(known.sent());
            if (skipped.cardinality() < order.size()) {
                findSent(known, order, state);
                skipped.or(known.sent());
            }
            int outstanding = skipped.cardinality() - done.cardinality();
            ReplayTopics.assign(consumer, known.begin().resultsTopic(), known.resultsSeen(), outstanding == 0);
            listener.begun(known.begin().name(), order.size(), done.cardinality());
            AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, registry);
            awaitWritable(codec, known.begin().requestsTopic());
            try (ResultWriter writer = there ? ResultFiles.append(settings.out(), settings.format()) : ResultFiles.create(settings.out(), settings.format());
                    RequestFeed feed = new RequestFeed(dataset.items(), order, known.begin(), settings, codec, skipped, outstanding)) {
                return new ReplayLife(settings, order, known.begin(), registry, state, consumer, writer, feed, done, summary, listener).run();
            }
        }
    }

    private void awaitWritable(AvroCodec<RecognitionRequest> codec, String topic) throws InterruptedException {
        try {
            codec.whenWritable(topic).get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new ReplayException("topic " + topic + ": can't be written, " + registry.trouble().orElse(e.toString()) + " (expected: a schema registry that answers)", e);
        }
    }

    private void makeRoom() {
        Path out = settings.out().toAbsolutePath();
        try {
            Files.createDirectories(out.getParent());
            if (settings.restart()) {
                try (ReplayState unused = ReplayState.open(settings.state())) { // nobody else's
                    Files.deleteIfExists(out);
                    Files.deleteIfExists(settings.state());
                }
            }
            if (Files.exists(out) && !Files.exists(settings.state())) {
                throw new ReplayException(settings.out() + ": is there already, and no state of a replay beside it (expected: a new file; --restart overwrites it)");
            }
        } catch (IOException e) {
            throw new ReplayException(settings.out() + ": can't be written, " + e + " (expected: a file in a writable folder)", e);
        }
    }

    /** What the run is: a new one, or one to go on with. */
    private Known known(ReplayState state, KafkaConsumer<byte[], byte[]> consumer) {
        Known known = state.load().orElse(null);
        String fingerprint = dataset.fingerprint();
        if (known == null) {
            if (Files.exists(settings.out())) {
                throw new ReplayException(settings.out() + ": is there already, and its run had not begun (expected: a new file; --restart overwrites it)");
            }
            String name = settings.name().orElseGet(() -> "replay-" + UUID.randomUUID().toString().substring(0, 8));
            Begin begin = new Begin(ReplayState.VERSION, name, UUID.randomUUID().toString(), dataset.items().size(), fingerprint, settings.fixed(), topics.name(Topic.REQUESTS),
                    ReplayTopics.ends(consumer, topics.name(Topic.REQUESTS)), topics.name(Topic.RESULTS), ReplayTopics.ends(consumer, topics.name(Topic.RESULTS)));
            state.begin(begin);
            return new Known(begin, new BitSet(), byPartition(begin.requests()), byPartition(begin.results()), 0);
        }
        Begin begin = known.begin();
        if (begin.pictures() != dataset.items().size() || !begin.dataset().equals(fingerprint)) {
            throw new ReplayException("dataset: " + dataset.items().size() + " pictures, fingerprint " + shown(fingerprint) + " (expected: the " + begin.pictures() + " pictures, fingerprint "
                    + shown(begin.dataset()) + ", that run " + begin.name() + " began with; names, labels, sizes and dates count; --restart begins a new run)");
        }
        settings.fixed().forEach((option, value) -> require(option, value, begin.settings().get(option)));
        settings.name().ifPresent(name -> require("name", name, begin.name()));
        require("topic", topics.name(Topic.REQUESTS), begin.requestsTopic());
        return known;
    }

    private static String shown(String fingerprint) {
        return fingerprint.substring(0, 12);
    }

    private void require(String option, String seen, String expected) {
        if (!seen.equals(expected)) {
            throw new ReplayException(option + ": " + seen + " (expected: " + expected + ", which the run of " + settings.state() + " began with; --restart begins a new run)");
        }
    }

    private static Map<Integer, Long> byPartition(java.util.List<Long> offsets) {
        Map<Integer, Long> by = new HashMap<>();
        for (int partition = 0; partition < offsets.size(); partition++) {
            by.put(partition, offsets.get(partition));
        }
        return by;
    }

    /** @param done gets the positions whose results the file has; in order, their first ones */
    private boolean recover(Known known, SendingOrder order, BitSet done, ReplaySummary summary) {
        RequestIds ids = new RequestIds(known.begin().name());
        if (known.fileBytes() > 0 && !Files.exists(settings.out())) {
            throw new ReplayException(settings.out() + ": gone (expected: the results of run " + known.begin().name() + "; --restart begins a new run)");
        }
        return RecoveredResults.recover(settings.out(), settings.format(), known.fileBytes(), (id, result) -> {
            int position = order.position(ids.item(id));
            if (position < 0 || done.get(position) || settings.inOrder() && position != done.cardinality()) {
                throw new ReplayException(settings.out() + ": result " + (done.cardinality() + 1) + " is of request '" + io.sightline.schemas.request.RequestLimits.shown(id)
                        + "' (expected: another of run " + known.begin().name() + "; was the file changed? --restart begins a new run)");
            }
            done.set(position);
            result.ifPresent(summary::add);
        });
    }

    private void findSent(Known known, SendingOrder order, ReplayState state) {
        RequestIds ids = new RequestIds(known.begin().name());
        SentRequests.find(settings.kafka(), known.begin().requestsTopic(), known.requestsSeen(), known.begin().token(), (id, partition, offset) -> {
            int position = order.position(ids.item(id));
            if (position >= 0 && !known.sent().get(position)) {
                known.sent().set(position);
                state.sent(position, partition, offset);
            }
        });
        state.flush();
    }
}
