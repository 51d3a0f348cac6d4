package io.sightline.processors.streams;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** How a result goes on its topic: key and headers; and results that say that something went wrong outside the stages. */
public final class ResultRecord {
    private static final List<String> COPIED = List.of(RecordHeaders.CORRELATION_ID, RecordHeaders.TRACEPARENT);

    private ResultRecord() {
    }

    /** The record key: the request id. */
    public static byte[] key(RecognitionResult result) {
        return result.getRequestId().getBytes(StandardCharsets.UTF_8);
    }

    /** The request's id, and what the request's headers carry for the caller. */
    public static Headers headers(RecognitionResult result, Headers request) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(headers, RecordHeaders.REQUEST_ID, result.getRequestId());
        if (request != null) {
            for (String name : COPIED) {
                Header header = request.lastHeader(name);
                if (header != null) {
                    headers.add(header);
                }
            }
        }
        return headers;
    }

    /** A result for a request that the service failed on. */
    public static RecognitionResult failed(String requestId, ErrorCode code, String message, Lineage lineage, long nowMs) {
        return RecognitionResult.newBuilder()
                .setRequestId(requestId)
                .setStatus(RecognitionStatus.FAILED)
                .setErrNo(code.number())
                .setErrMsg(message)
                .setLineage(lineage)
                .setCompletedAtMs(Instant.ofEpochMilli(nowMs))
                .build();
    }
}
