package io.sightline.topology.history;

import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroProjection;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Which states of the galleries can still be told from the topics gallery-vectors and gallery, and how. Both are compacted: of an entry the newest
 * edits stay, so an old state may be gone. {@link #unreachable} answers from what the brokers promise about compaction:
 *
 * <ul>
 *   <li>A record goes only where a later one of its entry is among what was compacted (or a removal, after delete.retention.ms); what is left of an
 *       entry is the end of its history.
 *   <li>Nothing younger than {@code min.compaction.lag.ms}, and nothing after that, is compacted. So that setting must have been in force since.
 * </ul>
 *
 * Holds ids, epochs and offsets of both topics, about 100 bytes a record. The topic gallery, with its pictures, is read only where
 * gallery-vectors leaves something open. Owner: one thread.
 */
public final class GalleryHistory {
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final int MAX_NAMED = 3;

    private final Map<String, Object> client;
    private final Topics topics;
    private final AvroProjection projection;
    private final Map<Integer, PartitionNotes> partitions = new HashMap<>();

    private GalleryHistory(Map<String, Object> client, Topics topics, SchemaRegistry registry) {
        this.client = client;
        this.topics = topics;
        this.projection = new AvroProjection(GalleryVector.getClassSchema(), Set.of("vector", "label", "attributes"), registry);
    }

    /**
     * Reads all of gallery-vectors.
     *
     * @param client brokers and what else clients need, under Kafka's own names
     * @throws IllegalArgumentException the topics are not there, or differ in their partitions
     */
    public static GalleryHistory read(Map<String, Object> client, Topics topics, SchemaRegistry registry) {
        GalleryHistory history = new GalleryHistory(Map.copyOf(client), topics, registry);
        history.readVectors();
        return history;
    }

    private void readVectors() {
        CompactionLags lags = CompactionLags.of(client, topics);
        try (Consumer<byte[], byte[]> consumer = TopicWalk.consumer(client, true)) {
            List<TopicPartition> vectors = TopicWalk.partitions(consumer, topics.name(Topic.GALLERY_VECTORS));
            List<TopicPartition> edits = TopicWalk.partitions(consumer, topics.name(Topic.GALLERY));
            if (vectors.size() != edits.size()) {
                throw new IllegalArgumentException("topic " + topics.name(Topic.GALLERY_VECTORS) + ": " + vectors.size() + " partitions (expected: " + edits.size()
                        + ", as many as " + topics.name(Topic.GALLERY) + " has: an edit's epoch is its place there)");
            }
            Map<TopicPartition, Long> editEnds = consumer.endOffsets(edits, CALL);
            Map<TopicPartition, Long> editsIntact = lags.intactFrom(consumer, edits, Topic.GALLERY);
            Map<TopicPartition, Long> vectorsIntact = lags.intactFrom(consumer, vectors, Topic.GALLERY_VECTORS);
            for (TopicPartition partition : vectors) {
                TopicPartition edit = new TopicPartition(topics.name(Topic.GALLERY), partition.partition());
                partitions.put(partition.partition(), new PartitionNotes(editEnds.get(edit), editsIntact.get(edit), vectorsIntact.get(partition)));
            }
            TopicWalk.all(consumer, vectors, this::vector);
        }
    }

    private void vector(ConsumerRecord<byte[], byte[]> record) {
        Optional<GalleryKey> key = key(record);
        if (key.isEmpty()) {
            return;
        }
        PartitionNotes partition = partitions.get(record.partition());
        if (record.value() == null) {
            RecordHeaders.text(record.headers(), RecordHeaders.EPOCH).filter(text -> text.matches("[0-9]{1,18}")).map(Long::parseLong).ifPresent(epoch ->
                    partition.vector(key.get().gallery(), new VectorNote(key.get().id(), epoch, record.offset(), record.timestamp(), null, false)));
            return;
        }
        try {
            GenericRecord vector = projection.decode(record.value());
            partition.vector(key.get().gallery(), new VectorNote(key.get().id(), (Long) vector.get("epoch"), record.offset(), record.timestamp(),
                    vector.get("model").toString().intern(), vector.get("error") == null));
        } catch (SerializationException e) {
            // No edit: workers pass it over too.
        }
    }

    /** Reads the topic gallery of that partition, pictures and all, once. */
    private PartitionNotes scanned(int number) {
        PartitionNotes partition = partitions.get(number);
        if (!partition.isScanned()) {
            try (Consumer<byte[], byte[]> consumer = TopicWalk.consumer(client, true)) {
                TopicWalk.all(consumer, List.of(new TopicPartition(topics.name(Topic.GALLERY), number)), record -> {
                    partition.know(record.offset() + 1);
                    key(record).ifPresent(key -> partition.edit(key.gallery(), new EditNote(key.id(), record.offset() + 1, record.value() == null)));
                });
            }
            partition.scanned();
        }
        return partition;
    }

    private static Optional<GalleryKey> key(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.key() == null ? Optional.empty() : RecordHeaders.utf8(record.key()).map(GalleryKey::parse);
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    int partitionOf(String gallery) {
        return new GalleryKey(gallery, "any").partition(partitions.size());
    }

    /** Galleries that have had an edit. */
    public Set<String> galleries() {
        Set<String> names = new TreeSet<>();
        partitions.values().forEach(partition -> names.addAll(partition.galleries().keySet()));
        return names;
    }

    /** The gallery's last edit when its topics were read; empty: it had none. */
    public OptionalLong lastEpoch(String gallery) {
        return lastEpoch(gallery, Long.MAX_VALUE);
    }

    /** The gallery's last edit up to that epoch; empty: it had none, or none is left. */
    public OptionalLong lastEpoch(String gallery, long atMost) {
        GalleryNotes notes = partitions.get(partitionOf(gallery)).galleries().get(gallery);
        return notes == null ? OptionalLong.empty() : notes.lastEpoch(atMost);
    }

    /** The gallery's last edit that workers had at that time, roughly; empty: it had none. */
    public OptionalLong lastEpochAt(String gallery, long timeMs) {
        GalleryNotes notes = partitions.get(partitionOf(gallery)).galleries().get(gallery);
        return notes == null ? OptionalLong.empty() : notes.lastEpochAt(timeMs);
    }

    /**
     * Why the gallery's state at that epoch can't be told for certain, seen and expected; empty where it can. 0 is the gallery before its first edit.
     *
     * @throws org.apache.kafka.common.KafkaException the topic gallery had to be read, and could not be
     */
    public Optional<String> unreachable(String gallery, long epoch) {
        int number = partitionOf(gallery);
        PartitionNotes partition = partitions.get(number);
        if (epoch > partition.edits()) {
            return Optional.of("gallery '" + gallery + "' at epoch " + epoch + ": the topic " + topics.name(Topic.GALLERY) + " has had " + partition.edits()
                    + " edits (expected: an epoch of this topic, 0.." + partition.edits() + ")");
        }
        if (partition.goneUpTo(epoch) == 0) {
            return Optional.empty();
        }
        scanned(number);
        int gone = partition.goneUpTo(epoch);
        if (gone == 0) {
            return Optional.empty();
        }
        int later = partition.goneAfter(epoch);
        List<String> doubtful = partition.of(gallery).doubtful(epoch, partition.vectorsIntactFrom());
        if (later == 0 && doubtful.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("gallery '" + gallery + "' at epoch " + epoch + ": " + gone + " edits before it " + (later > 0 ? "and " + later + " after it " : "")
                + "are compacted away" + (doubtful.isEmpty() ? "" : ", and what " + doubtful.size() + " entries were then is not known (" + named(doubtful) + ")")
                + " (expected: all edits since then still on the topics, see topics.gallery_history_ms; or --gallery " + gallery + "@latest)");
    }

    private static String named(List<String> ids) {
        return String.join(", ", ids.subList(0, Math.min(MAX_NAMED, ids.size()))) + (ids.size() > MAX_NAMED ? ", …" : "");
    }

    /** The gallery's edits in order, as far as they are known. */
    List<HistoryStep> steps(String gallery, String model) {
        GalleryNotes notes = partitions.get(partitionOf(gallery)).of(gallery);
        if (notes.lacks(model)) {
            scanned(partitionOf(gallery));
        }
        return notes.steps(model);
    }

    /** Entries whose vectors are of other models, and the last epoch of those. */
    Map<String, Long> ofOtherModels(String gallery, String model) {
        return partitions.get(partitionOf(gallery)).of(gallery).ofOtherModels(model);
    }
}
