package io.sightline.app.rerun;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.history.TopicWalk;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The original results of a span's requests, from the topic results. Of several results of one request (a worker that was killed made it twice) the
 * first one counts. Owner: one thread.
 */
final class Originals {
    private static final Duration CALL = Duration.ofSeconds(30);
    /** Clocks of who sends requests and of workers may differ by so much. */
    private static final long CLOCKS_MS = Duration.ofHours(1).toMillis();

    private final AvroCodec<RecognitionResult> codec;
    private final String requests;
    private final String results;
    private final RerunSpan span;
    private final Optional<Set<String>> ids;
    private final Set<String> idsFound = new HashSet<>();
    private final Map<RecordedLineage, RecordedLineage> lineages = new HashMap<>();
    /** By partition and offset of the request. */
    private final Map<Integer, TreeMap<Long, Original>> found = new HashMap<>();
    private long again;

    /** @param ids only results of these requests; empty: of all */
    Originals(SchemaRegistry registry, Topics topics, RerunSpan span, Optional<Set<String>> ids) {
        this.codec = new AvroCodec<>(RecognitionResult.class, registry);
        this.requests = topics.name(Topic.REQUESTS);
        this.results = topics.name(Topic.RESULTS);
        this.span = span;
        this.ids = ids;
    }

    /** Reads the results that are as young as the span, but for the clocks. */
    void read(Consumer<byte[], byte[]> consumer, long fromMs) {
        List<TopicPartition> partitions = TopicWalk.partitions(consumer, results);
        Map<Integer, Long> first = RerunSpan.first(consumer, consumer.endOffsets(partitions, CALL), Math.max(0, fromMs - CLOCKS_MS));
        Map<TopicPartition, Long> from = new HashMap<>();
        partitions.forEach(partition -> from.put(partition, first.get(partition.partition())));
        TopicWalk.walk(consumer, from, this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        RecognitionResult result;
        try {
            result = codec.decode(record.value());
        } catch (SerializationException e) {
            return; // Somebody else's.
        }
        // Answers to gallery edits are among the results too.
        if (result == null || !result.getLineage().getInputTopic().equals(requests) || !span.contains(result.getLineage().getInputPartition(), result.getLineage().getInputOffset())
                || ids.isPresent() && !ids.get().contains(result.getRequestId())) {
            return;
        }
        ids.ifPresent(wanted -> idsFound.add(result.getRequestId()));
        Map<Long, Original> partition = found.computeIfAbsent(result.getLineage().getInputPartition(), number -> new TreeMap<>());
        if (partition.containsKey(result.getLineage().getInputOffset())) {
            again++;
            return;
        }
        RecordedLineage lineage = lineages.computeIfAbsent(RecordedLineage.of(result), key -> key);
        partition.put(result.getLineage().getInputOffset(), new Original(result.getLineage().getInputPartition(), result.getLineage().getInputOffset(), record.partition(),
                record.offset(), lineage, result.getErrNo(), Original.content(codec, results, result), result.getCompletedAtMs().toEpochMilli()));
    }

    boolean contains(int partition, long offset) {
        return found.containsKey(partition) && found.get(partition).containsKey(offset);
    }

    /** By partition and offset of their requests. */
    List<Original> all() {
        return found.values().stream().map(Map::values).flatMap(Collection::stream).toList();
    }

    /** Ids asked for of which there is no result. */
    Set<String> idsMissing() {
        Set<String> missing = new HashSet<>(ids.orElse(Set.of()));
        missing.removeAll(idsFound);
        return missing;
    }

    /** Further results of requests that had one already. */
    long again() {
        return again;
    }
}
