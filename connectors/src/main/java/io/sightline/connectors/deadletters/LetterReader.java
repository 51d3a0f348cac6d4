package io.sightline.connectors.deadletters;

import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.AvroProjection;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;

/** Says what a record on dead-letters is. Of a request in Avro it reads id and pipeline; a schema registry that is away is asked once. For one thread. */
final class LetterReader {
    private static final Set<String> WANTED = Set.of("request_id", "pipeline");
    /** As {@code DeadLetterRecord} words it. */
    private static final String LEFT_OUT = " left out, expected: ";

    private final Topics topics;
    private final AvroProjection requests;
    private boolean registryAway;

    LetterReader(Topics topics, SchemaRegistry registry) {
        this.topics = topics;
        Schema request = RecognitionRequest.getClassSchema();
        Set<String> skipped = request.getFields().stream().map(Schema.Field::name).filter(name -> !WANTED.contains(name)).collect(Collectors.toSet());
        this.requests = new AvroProjection(request, skipped, registry);
    }

    /** The letter that a record marks as retried; empty: the record is no mark but a letter. */
    static Optional<LetterPlace> retried(ConsumerRecord<byte[], byte[]> record) {
        return place(record, RecordHeaders.RETRIED_LETTER);
    }

    private static Optional<LetterPlace> place(ConsumerRecord<byte[], byte[]> record, String header) {
        try {
            return RecordHeaders.text(record.headers(), header).map(LetterPlace::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Letter letter(ConsumerRecord<byte[], byte[]> record) {
        Optional<Letter.Source> source = source(record);
        Optional<GenericRecord> request = source.filter(place -> place.topic().equals(topics.name(Topic.REQUESTS))).flatMap(place -> request(record.value()));
        String reason = RecordHeaders.text(record.headers(), RecordHeaders.ERR_MSG).orElse("");
        OptionalLong errNo = number(record, RecordHeaders.ERR_NO);
        return new Letter(new LetterPlace(record.partition(), record.offset()), Instant.ofEpochMilli(record.timestamp()),
                errNo.isPresent() ? OptionalInt.of((int) errNo.getAsLong()) : OptionalInt.empty(), reason, source,
                request.map(r -> (String) r.get("request_id")).filter(id -> !id.isEmpty()).or(() -> id(record)).or(() -> source.map(Letter.Source::toString)),
                request.map(r -> (String) r.get("pipeline")), record.value() == null ? -1 : record.value().length,
                record.value() == null && reason.contains(LEFT_OUT), (int) number(record, RecordHeaders.RETRY_COUNT).orElse(0), place(record, RecordHeaders.RETRY_OF));
    }

    private Optional<GenericRecord> request(byte[] value) {
        if (registryAway || value == null || value.length == 0 || value[0] != AvroCodec.MAGIC) {
            return Optional.empty();
        }
        try {
            return Optional.of(requests.decode(value));
        } catch (SerializationException e) {
            return Optional.empty();
        } catch (ApiException e) {
            registryAway = true;
            return Optional.empty();
        }
    }

    /** True: ids and pipelines that stand in Avro values are not known, the registry did not answer. */
    boolean registryAway() {
        return registryAway;
    }

    /** As documented at RecognitionRequest.request_id, for what does not name itself in its value. */
    private static Optional<String> id(ConsumerRecord<byte[], byte[]> record) {
        return RecordHeaders.text(record.headers(), RecordHeaders.REQUEST_ID).or(() -> record.key() == null || record.key().length == 0 ? Optional.empty()
                : Optional.of(RecordHeaders.utf8(record.key()).orElseGet(() -> HexFormat.of().formatHex(record.key()))));
    }

    private static Optional<Letter.Source> source(ConsumerRecord<byte[], byte[]> record) {
        OptionalLong partition = number(record, RecordHeaders.SOURCE_PARTITION);
        OptionalLong offset = number(record, RecordHeaders.SOURCE_OFFSET);
        return partition.isEmpty() || offset.isEmpty() ? Optional.empty()
                : RecordHeaders.text(record.headers(), RecordHeaders.SOURCE_TOPIC).map(topic -> new Letter.Source(topic, (int) partition.getAsLong(), offset.getAsLong()));
    }

    /** A number from 0; partitions and error numbers have at most nine digits. */
    private static OptionalLong number(ConsumerRecord<byte[], byte[]> record, String header) {
        String digits = header.equals(RecordHeaders.SOURCE_OFFSET) ? "[0-9]{1,18}" : "[0-9]{1,9}";
        return RecordHeaders.text(record.headers(), header).filter(text -> text.matches(digits)).map(text -> OptionalLong.of(Long.parseLong(text))).orElse(OptionalLong.empty());
    }
}
