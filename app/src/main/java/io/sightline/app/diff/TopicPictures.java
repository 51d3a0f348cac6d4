package io.sightline.app.diff;

import io.sightline.connectors.diff.ResultChange;
import io.sightline.connectors.walk.TopicWalk;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** Pictures in the requests that the results' lineage names by topic, partition and offset. A topic that can't be read is tried once. For one thread. */
public final class TopicPictures implements Pictures {
    private final Map<String, String> kafka;
    private final AvroCodec<RecognitionRequest> codec;
    private final Map<String, Optional<TopicWalk>> topics = new HashMap<>();

    /** @param kafka where Kafka is, under Kafka's own names */
    public TopicPictures(Map<String, String> kafka, SchemaRegistry registry) {
        this.kafka = new HashMap<>(kafka);
        // One request is wanted at a time, wherever it is: nothing of what is behind it.
        this.kafka.put("fetch.max.bytes", "1");
        this.kafka.put("max.partition.fetch.bytes", "1");
        this.codec = new AvroCodec<>(RecognitionRequest.class, registry);
    }

    @Override
    public Optional<byte[]> of(ResultChange change) {
        return Stream.of(change.a(), change.b()).flatMap(Optional::stream).map(RecognitionResult::getLineage).distinct()
                .flatMap(lineage -> picture(change.id(), lineage).stream()).findFirst();
    }

    private Optional<byte[]> picture(String id, Lineage lineage) {
        if (lineage.getInputTopic().isEmpty() || lineage.getInputOffset() < 0) {
            return Optional.empty();
        }
        try {
            return topics.computeIfAbsent(lineage.getInputTopic(), this::open).flatMap(walk -> walk.at(lineage.getInputPartition(), lineage.getInputOffset())).flatMap(record -> picture(id, record));
        } catch (IllegalArgumentException e) {
            topics.put(lineage.getInputTopic(), Optional.empty());
            return Optional.empty();
        }
    }

    private Optional<TopicWalk> open(String topic) {
        try {
            return Optional.of(new TopicWalk(kafka, topic));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The topic may have been made anew, with other requests at its offsets. */
    private Optional<byte[]> picture(String id, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value == null || value.length == 0) {
            return Optional.empty();
        }
        if (value[0] != AvroCodec.MAGIC) {
            return Optional.of(value).filter(bytes -> id.equals(id(record)));
        }
        try {
            RecognitionRequest request = codec.decode(value);
            boolean same = id.equals(request.getRequestId().isEmpty() ? id(record) : request.getRequestId());
            return same && request.getImage().hasRemaining() ? Optional.of(bytes(request.getImage())) : Optional.empty();
        } catch (KafkaException e) {
            return Optional.empty();
        }
    }

    /** As documented at RecognitionRequest.request_id. */
    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return RecordHeaders.text(record.headers(), RecordHeaders.REQUEST_ID).orElseGet(() -> record.key() == null || record.key().length == 0
                ? record.topic() + "-" + record.partition() + "@" + record.offset()
                : RecordHeaders.utf8(record.key()).orElseGet(() -> HexFormat.of().formatHex(record.key())));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        topics.values().forEach(walk -> walk.ifPresent(TopicWalk::close));
    }
}
