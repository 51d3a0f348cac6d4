package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads galleries from the beginning of gallery-vectors to its present end into new generations of an index, and switches to them. With a
 * consumer of its own: the follower goes on meanwhile, with these galleries too. Owner: the rebuilder's thread.
 */
final class GalleryReread {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CALL = Duration.ofSeconds(10);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final VectorDecoder decoder;
    private final GalleryIndex index;
    private final BooleanSupplier running;

    /** @param running false: give up soon, with a WakeupException */
    GalleryReread(Supplier<Consumer<byte[], byte[]>> consumers, String topic, VectorDecoder decoder, GalleryIndex index, BooleanSupplier running) {
        this.consumers = consumers;
        this.topic = topic;
        this.decoder = decoder;
        this.index = index;
        this.running = running;
    }

    /**
     * Builds galleries anew, each for itself: one that can't be finished is thrown away and stays as it was, the others are switched to.
     *
     * @param galleries with the partitions that their edits are in; none: not known, all are read
     * @throws IndexUnavailableException not all were built, because the index is away or another worker builds them
     */
    void rebuild(Map<String, Set<TopicPartition>> galleries) {
        try (OpenRebuilds open = new OpenRebuilds()) {
            // Before the log's end is asked for: what was applied until now, by whomever, lies before it.
            galleries.keySet().forEach(gallery -> open.begin(index, gallery));
            if (!open.isEmpty()) {
                try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                    fill(consumer, partitions(consumer, galleries), galleries, open);
                }
            }
            open.throwFailure();
        }
    }

    private Set<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, Map<String, Set<TopicPartition>> galleries) {
        Set<TopicPartition> partitions = new HashSet<>();
        galleries.values().forEach(partitions::addAll);
        if (galleries.values().stream().anyMatch(Set::isEmpty)) {
            var infos = consumer.partitionsFor(topic, CALL);
            if (infos == null) {
                throw new KafkaException("topic " + topic + ": missing (expected: there)");
            }
            infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private void fill(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, Map<String, Set<TopicPartition>> galleries, OpenRebuilds open) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = readToEnd(consumer, partitions, open);
        for (String gallery : galleries.keySet()) {
            // A gallery is in one partition; where it is not known which, its last edit says how far it was read.
            Set<TopicPartition> own = galleries.get(gallery);
            while (!open.commit(gallery, own.size() == 1 ? ends.get(own.iterator().next()) - 1 : -1)) {
                ends = readToEnd(consumer, partitions, open);
            }
        }
    }

    private Map<TopicPartition, Long> readToEnd(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, OpenRebuilds open) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, CALL);
        while (!open.isEmpty() && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), CALL) < end.getValue())) {
            if (!running.getAsBoolean()) {
                throw new WakeupException();
            }
            Map<String, List<GalleryEdit>> edits = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                try {
                    GalleryEdit edit = decoder.decode(record);
                    if (open.contains(edit.gallery())) {
                        edits.computeIfAbsent(edit.gallery(), gallery -> new ArrayList<>()).add(edit);
                    }
                } catch (BadVectorException e) {
                    // Counted and told when it was followed.
                }
            }
            edits.forEach(open::apply);
            open.underWay();
        }
        return ends;
    }
}
