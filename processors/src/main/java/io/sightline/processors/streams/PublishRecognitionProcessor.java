package io.sightline.processors.streams;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Hands a request's result to the sink of results and, where there is one, its dead letter to the sink of dead letters. Owner: the
 * stream thread. Encodes here, not in the sink, so that a result too large for the topic is found before a transaction could break on
 * it: it is replaced by a small one that says so. Records carry the time of publishing: retention counts from there.
 */
public final class PublishRecognitionProcessor implements Processor<byte[], RecordRun<RecognitionOutcome>, byte[], byte[]> {
    /** Largest result, bytes: what a topic with Kafka's default limit (1 MiB) takes, with room for key and headers. */
    public static final int MAX_RESULT_BYTES = 1_000_000;

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
        RecognitionResult result = outcome.result();
        Optional<DeadLetter> letter = outcome.deadLetter();
        byte[] value = codec.encode(resultsTopic, result);
        if (value.length > MAX_RESULT_BYTES) {
            String message = "result: " + value.length + " bytes (expected: at most " + MAX_RESULT_BYTES + "; a smaller top_k makes it smaller)";
            result = ResultRecord.failed(result.getRequestId(), ErrorCode.RPC_PACKAGE, message, result.getLineage(), context.currentSystemTimeMs());
            value = codec.encode(resultsTopic, result);
            letter = Optional.of(new DeadLetter(input, ErrorCode.RPC_PACKAGE, message));
        }
        long now = context.currentSystemTimeMs();
        // The dead letter first: whoever has seen the result of a failed request finds its dead letter.
        letter.map(DeadLetterRecord::of)
                .ifPresent(dead -> context.forward(new Record<>(dead.key(), dead.value(), now, dead.headers()), deadLettersSink));
        context.forward(new Record<>(ResultRecord.key(result), value, now, ResultRecord.headers(result, input.headers())), resultsSink);
    }
}
