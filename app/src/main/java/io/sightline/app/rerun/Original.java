package io.sightline.app.rerun;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;

/**
 * A request's original result, as much of it as a re-run needs: some 100 bytes.
 *
 * @param partition of the request
 * @param offset of the request
 * @param resultPartition where the result is
 * @param resultOffset where the result is
 * @param errNo 0: recognised
 * @param content digest of what was recognised
 */
record Original(int partition, long offset, int resultPartition, long resultOffset, RecordedLineage lineage, int errNo, long content, long completedAtMs) {
    /** Digest of a result without lineage, times, attributes and the words of an error. */
    static long content(AvroCodec<RecognitionResult> codec, String topic, RecognitionResult result) {
        RecognitionResult bare = new RecognitionResult(result.getRequestId(), result.getStatus(), result.getErrNo(), "", result.getPipeline(), result.getImage(), result.getDetections(),
                io.sightline.schemas.Lineage.newBuilder().build(), Map.of(), Map.of(), Instant.EPOCH);
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(codec.encode(topic, bare))).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
