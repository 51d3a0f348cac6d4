package io.sightline.processors.streams;

import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.wire.AvroCodec;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Hands a gallery edit, made searchable, to the sink of gallery-vectors (a removal as a tombstone; the epoch in a header), or its dead
 * letter to the sink of dead letters. Owner: the stream thread.
 */
public final class PublishGalleryProcessor implements Processor<byte[], RecordRun<GalleryOutcome>, byte[], byte[]> {
    private final AvroCodec<GalleryVector> codec;
    private final String vectorsTopic;
    private final String vectorsSink;
    private final String deadLettersSink;
    private ProcessorContext<byte[], byte[]> context;

    public PublishGalleryProcessor(AvroCodec<GalleryVector> codec, String vectorsTopic, String vectorsSink, String deadLettersSink) {
        this.codec = codec;
        this.vectorsTopic = vectorsTopic;
        this.vectorsSink = vectorsSink;
        this.deadLettersSink = deadLettersSink;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], RecordRun<GalleryOutcome>> record) {
        GalleryOutcome outcome = Outcomes.await(record.value());
        long now = context.currentSystemTimeMs();
        if (outcome instanceof GalleryOutcome.Searchable searchable) {
            Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
            RecordHeaders.put(headers, RecordHeaders.EPOCH, Long.toString(searchable.epoch()));
            byte[] value = codec.encode(vectorsTopic, searchable.vector().orElse(null));
            context.forward(new Record<>(searchable.key().getBytes(StandardCharsets.UTF_8), value, now, headers), vectorsSink);
        } else if (outcome instanceof GalleryOutcome.Refused refused) {
            DeadLetterRecord dead = DeadLetterRecord.of(refused.deadLetter());
            context.forward(new Record<>(dead.key(), dead.value(), now, dead.headers()), deadLettersSink);
        }
    }
}
