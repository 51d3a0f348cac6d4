package io.sightline.processors.streams;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import java.util.Optional;

/**
 * A request's outcome as bytes that its topic takes: a result that is too large is replaced by a small one that says so.
 *
 * @param result what the value says
 * @param deadLetter where the request could not be processed
 */
public record EncodedResult(RecognitionResult result, byte[] value, Optional<DeadLetter> deadLetter) {
    /** Largest result, bytes: what a topic with Kafka's default limit (1 MiB) takes, with room for key and headers. */
    public static final int MAX_BYTES = 1_000_000;

    /** @param topic whose subject names the schema */
    public static EncodedResult of(AvroCodec<RecognitionResult> codec, String topic, InputRecord input, RecognitionOutcome outcome, long nowMs) {
        RecognitionResult result = outcome.result();
        byte[] value = codec.encode(topic, result);
        if (value.length <= MAX_BYTES) {
            return new EncodedResult(result, value, outcome.deadLetter());
        }
        String message = "result: " + value.length + " bytes (expected: at most " + MAX_BYTES + "; a smaller top_k makes it smaller)";
        RecognitionResult failed = ResultRecord.failed(result.getRequestId(), ErrorCode.RPC_PACKAGE, message, result.getLineage(), nowMs);
        return new EncodedResult(failed, codec.encode(topic, failed), Optional.of(new DeadLetter(input, ErrorCode.RPC_PACKAGE, message)));
    }
}
