package io.sightline.processors.streams;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.wire.AvroCodec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Hands a gallery edit, made searchable, to the sink of gallery-vectors (a removal as a tombstone; the epoch in a header), or its dead
 * letter to the sink of dead letters; and then, where the edit's sender waits ({@link EditAnswer}), the answer to the sink of results.
 * Owner: the stream thread.
 */
public final class PublishGalleryProcessor implements Processor<byte[], RecordRun<GalleryOutcome>, byte[], byte[]> {
    /** Names of the sinks. */
    public record Sinks(String vectors, String deadLetters, String results) {
    }

    private final AvroCodec<GalleryVector> vectors;
    private final String vectorsTopic;
    private final AvroCodec<RecognitionResult> results;
    private final String resultsTopic;
    private final Sinks sinks;
    private ProcessorContext<byte[], byte[]> context;

    public PublishGalleryProcessor(AvroCodec<GalleryVector> vectors, String vectorsTopic, AvroCodec<RecognitionResult> results, String resultsTopic, Sinks sinks) {
        this.vectors = vectors;
        this.vectorsTopic = vectorsTopic;
        this.results = results;
        this.resultsTopic = resultsTopic;
        this.sinks = sinks;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], RecordRun<GalleryOutcome>> record) {
        InputRecord input = record.value().input();
        GalleryOutcome outcome = Outcomes.await(record.value());
        // The answer last: whoever has seen it finds the vector or the dead letter.
        if (outcome instanceof GalleryOutcome.Searchable searchable) {
            vector(searchable.key(), searchable.vector(), searchable.epoch());
            answer(input, id -> EditAnswer.applied(id, input, GalleryKey.parse(searchable.key()).gallery(), searchable.epoch(), context.currentSystemTimeMs()));
        } else if (outcome instanceof GalleryOutcome.Refused refused) {
            DeadLetter letter = refused.deadLetter();
            refused.unsearchable().ifPresent(marker -> vector(marker.getGallery() + "/" + marker.getId(), refused.unsearchable(), marker.getEpoch()));
            DeadLetterRecord dead = DeadLetterRecord.of(letter);
            context.forward(new Record<>(dead.key(), dead.value(), context.currentSystemTimeMs(), dead.headers()), sinks.deadLetters());
            answer(input, id -> EditAnswer.refused(id, input, letter.code(), letter.message(), context.currentSystemTimeMs()));
        }
    }

    private void vector(String key, Optional<GalleryVector> vector, long epoch) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(headers, RecordHeaders.EPOCH, Long.toString(epoch));
        byte[] value = vectors.encode(vectorsTopic, vector.orElse(null));
        context.forward(new Record<>(key.getBytes(StandardCharsets.UTF_8), value, context.currentSystemTimeMs(), headers), sinks.vectors());
    }

    private interface Answer {
        RecognitionResult under(String requestId);
    }

    private void answer(InputRecord input, Answer answer) {
        EditAnswer.requestId(input.headers()).map(answer::under).ifPresent(result -> context.forward(new Record<>(ResultRecord.key(result),
                results.encode(resultsTopic, result), context.currentSystemTimeMs(), ResultRecord.headers(result, input.headers())), sinks.results()));
    }
}
