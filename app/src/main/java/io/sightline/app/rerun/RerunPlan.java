package io.sightline.app.rerun;

import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.history.RecordFetcher;
import io.sightline.topology.history.TopicWalk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Decides which requests are run and with what. Used once, by one thread. */
final class RerunPlan {
    private record Place(int partition, long offset) {
    }

    private final Map<String, Object> client;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final RerunOptions options;
    private final RerunReport report;
    private final boolean committedOnly;
    private int resultPartitions;
    private RerunSpan span;
    private Originals originals;
    private Set<Place> done = Set.of();

    /** @param committedOnly requests and results of transactions that were aborted are none */
    RerunPlan(Map<String, Object> client, Topics topics, SchemaRegistry registry, RerunOptions options, RerunReport report, boolean committedOnly) {
        this.client = client;
        this.topics = topics;
        this.registry = registry;
        this.options = options;
        this.report = report;
        this.committedOnly = committedOnly;
    }

    /** How many partitions the topic results has. */
    int resultPartitions() {
        return resultPartitions;
    }

    /** Reads the span's original results, before the galleries: these then have every edit that a result names. */
    void read() {
        try (Consumer<byte[], byte[]> consumer = TopicWalk.consumer(client, committedOnly)) {
            span = RerunSpan.of(consumer, TopicWalk.partitions(consumer, topics.name(Topic.REQUESTS)), options.from().toEpochMilli(), options.to().toEpochMilli());
            resultPartitions = TopicWalk.partitions(consumer, topics.name(Topic.RESULTS)).size();
            originals = new Originals(registry, topics, span, options.ids());
            if (span.size() > 0) {
                originals.read(consumer, options.from().toEpochMilli());
            }
            if (options.resume()) {
                done = done(consumer);
            }
        }
        report.again(originals.again());
        report.idsMissing(originals.idsMissing().size());
    }

    /** Those that are to be run, in no order; the others are in the report. */
    List<RerunJob> jobs(LineageResolver resolver, RecordFetcher requests) {
        List<RerunJob> jobs = new ArrayList<>();
        long before = 0;
        List<Original> chosen = originals.all().stream().sorted(Comparator.comparingLong(Original::completedAtMs).thenComparingInt(Original::partition).thenComparingLong(Original::offset))
                .limit(options.limit()).toList();
        for (Original original : chosen) {
            if (done.contains(new Place(original.partition(), original.offset()))) {
                before++;
            } else {
                add(jobs, original.partition(), original.offset(), Optional.of(original), resolver.resolve(original));
            }
        }
        if (options.ids().isEmpty() && chosen.size() < options.limit()) {
            before += unanswered(resolver, requests, options.limit() - chosen.size(), jobs);
        }
        report.before(before);
        return jobs;
    }

    private void add(List<RerunJob> jobs, int partition, long offset, Optional<Original> original, LineageResolver.Resolution resolution) {
        resolution.setup().ifPresentOrElse(setup -> jobs.add(new RerunJob(partition, offset, original, setup)), () -> report.leftOut(resolution.why(), resolution.message()));
    }

    /** @return how many were run before */
    private long unanswered(LineageResolver resolver, RecordFetcher requests, long most, List<RerunJob> jobs) {
        long seen = 0;
        long before = 0;
        LineageResolver.Resolution resolution = options.unanswered() ? resolver.unanswered() : null;
        for (int partition : span.from().keySet()) {
            for (long offset = span.from().get(partition); offset < span.to().get(partition) && seen < most; offset++) {
                // A transaction's mark is no request.
                if (originals.contains(partition, offset) || requests.fetch(partition, offset).isEmpty()) {
                    continue;
                }
                seen++;
                if (done.contains(new Place(partition, offset))) {
                    before++;
                } else if (resolution != null) {
                    add(jobs, partition, offset, Optional.empty(), resolution);
                } else {
                    report.leftOut(LeftOut.NO_RESULT, topics.name(Topic.REQUESTS) + "-" + partition + "@" + offset + ": no result on " + topics.name(Topic.RESULTS)
                            + " (expected: one that names its lineage; or --unanswered, to run such requests with the configured models and the galleries of today)");
                }
            }
        }
        return before;
    }

    /** Requests that have a result on the output topic. */
    private Set<Place> done(Consumer<byte[], byte[]> consumer) {
        AvroCodec<RecognitionResult> codec = new AvroCodec<>(RecognitionResult.class, registry);
        Set<Place> found = new HashSet<>();
        List<TopicPartition> partitions = TopicWalk.partitions(consumer, options.outputTopic());
        TopicWalk.all(consumer, partitions, record -> {
            try {
                RecognitionResult result = codec.decode(record.value());
                if (RecordHeaders.text(record.headers(), RecordHeaders.RERUN).isPresent()) {
                    found.add(new Place(result.getLineage().getInputPartition(), result.getLineage().getInputOffset()));
                }
            } catch (SerializationException e) {
                // Somebody else's.
            }
        });
        return found;
    }
}
