package io.sightline.topology.failure;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordPlace;
import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.processors.streams.EditAnswer;
import io.sightline.processors.streams.ResultRecord;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Makes the records that are published in place of a result that failed outside the stages: a dead letter, and for a request (or an edit
 * whose sender waits) a small result, so that whoever waits for it gets an answer. Thread-safe (production errors come on the producer's thread).
 */
public final class FailureRecords {
    /** The key under which Kafka Streams' configuration carries this object to the handlers it makes. */
    public static final String CONFIG = "sightline.failure.records";

    private final Topics topics;
    private final AvroCodec<RecognitionRequest> requests;
    private final AvroCodec<RecognitionResult> results;

    public FailureRecords(Topics topics, SchemaRegistry registry) {
        this.topics = topics;
        this.requests = new AvroCodec<>(RecognitionRequest.class, registry);
        this.results = new AvroCodec<>(RecognitionResult.class, registry);
    }

    static FailureRecords from(Map<String, ?> configs) {
        if (configs.get(CONFIG) instanceof FailureRecords records) {
            return records;
        }
        throw new IllegalArgumentException(CONFIG + ": " + configs.get(CONFIG) + " (expected: set by StreamsProperties)");
    }

    boolean isResult(ProducerRecord<byte[], byte[]> record) {
        return topics.name(Topic.RESULTS).equals(record.topic());
    }

    /**
     * @param requestId the request's id where it is known
     * @throws org.apache.kafka.common.errors.ApiException where the schema registry can't be asked: the record must be tried again
     */
    List<ProducerRecord<byte[], byte[]>> of(ErrorHandlerContext context, Optional<String> requestId, ErrorCode code, String message) {
        InputRecord input = input(context);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        DeadLetterRecord dead = DeadLetterRecord.of(new DeadLetter(input, code, message));
        records.add(new ProducerRecord<>(topics.name(Topic.DEAD_LETTERS), null, null, dead.key(), dead.value(), dead.headers()));
        if (topics.name(Topic.REQUESTS).equals(context.topic())) {
            Lineage lineage = Lineage.newBuilder()
                    .setInputTopic(input.topic()).setInputPartition(input.partition()).setInputOffset(input.offset()).build();
            records.add(record(input, ResultRecord.failed(requestId.orElseGet(() -> requestId(input)), code, message, lineage, System.currentTimeMillis())));
        } else if (topics.name(Topic.GALLERY).equals(context.topic())) {
            EditAnswer.requestId(input.headers())
                    .ifPresent(id -> records.add(record(input, EditAnswer.refused(id, input, code, message, System.currentTimeMillis()))));
        }
        return records;
    }

    /** For the log: the record's header or key, else its place; its value is not looked at. */
    static String idOf(ErrorHandlerContext context) {
        return RecordPlace.idOrPlace(input(context));
    }

    private static InputRecord input(ErrorHandlerContext context) {
        return new InputRecord(context.topic(), context.partition(), context.offset(), context.timestamp(),
                context.sourceRawKey(), context.sourceRawValue(), context.headers());
    }

    private ProducerRecord<byte[], byte[]> record(InputRecord input, RecognitionResult result) {
        String topic = topics.name(Topic.RESULTS);
        return new ProducerRecord<>(topic, null, null, ResultRecord.key(result), results.encode(topic, result),
                ResultRecord.headers(result, input.headers()));
    }

    /** As documented at RecognitionRequest.request_id. */
    private String requestId(InputRecord input) {
        return idInAvro(input.value()).orElseGet(() -> RecordPlace.idOrPlace(input));
    }

    private Optional<String> idInAvro(byte[] value) {
        if (value == null || value.length == 0 || value[0] != AvroCodec.MAGIC) {
            return Optional.empty();
        }
        try {
            return Optional.of(requests.decode(value).getRequestId()).filter(id -> !id.isEmpty()).map(id -> RequestLimits.checkId("request_id", id));
        } catch (SerializationException | InvalidRequestException e) {
            return Optional.empty();
        }
    }
}
