package io.sightline.processors.streams;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Hands a request's result to the sink of results and, where there is one, its dead letter to the sink of dead letters. Owner: the
 * stream thread. Encodes here, not in the sink, so that a result too large for the topic is found before a transaction could break on
 * it: it is replaced by a small one that says so. Records carry the time of publishing: retention counts from there.
 */
public final class PublishRecognitionProcessor implements Processor<byte[], RecordRun<RecognitionOutcome>, byte[], byte[]> {
    private final AvroCodec<RecognitionResult> codec;
    private final String resultsTopic;
    private final String resultsSink;
    private final String deadLettersSink;
    private ProcessorContext<byte[], byte[]> context;

    public PublishRecognitionProcessor(AvroCodec<RecognitionResult> codec, String resultsTopic, String resultsSink, String deadLettersSink) {
        this.codec = codec;
        this.resultsTopic = resultsTopic;
        this.resultsSink = resultsSink;
        this.deadLettersSink = deadLettersSink;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], RecordRun<RecognitionOutcome>> record) {
        InputRecord input = record.value().input();
        RecognitionOutcome outcome = Outcomes.await(record.value());
        long now = context.currentSystemTimeMs();
        EncodedResult encoded = EncodedResult.of(codec, resultsTopic, input, outcome, now);
        RecognitionResult result = encoded.result();
        // The dead letter first: whoever has seen the result of a failed request finds its dead letter.
        encoded.deadLetter().map(DeadLetterRecord::of)
                .ifPresent(dead -> context.forward(new Record<>(dead.key(), dead.value(), now, dead.headers()), deadLettersSink));
        context.forward(new Record<>(ResultRecord.key(result), encoded.value(), now, ResultRecord.headers(result, input.headers())), resultsSink);
    }
}
