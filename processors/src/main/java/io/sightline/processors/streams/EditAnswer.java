package io.sightline.processors.streams;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.GalleryKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** The answer to a gallery edit whose sender waits for one: a result without detections, whose lineage names the gallery and the edit's epoch. */
public final class EditAnswer {
    private EditAnswer() {
    }

    /** The id to answer under: that of the header request-id, where there is a correlation-id too; empty: nobody waits. */
    public static Optional<String> requestId(Headers headers) {
        if (headers == null || headers.lastHeader(RecordHeaders.CORRELATION_ID) == null) {
            return Optional.empty();
        }
        return RecordHeaders.text(headers, RecordHeaders.REQUEST_ID).filter(EditAnswer::isId);
    }

    private static boolean isId(String text) {
        try {
            RequestLimits.checkId("request_id", text);
            return true;
        } catch (InvalidRequestException e) {
            return false;
        }
    }

    /** The edit's vector (or tombstone) is on its way to gallery-vectors. */
    static RecognitionResult applied(String requestId, InputRecord input, String gallery, long epoch, long nowMs) {
        Lineage lineage = lineage(input).setGallery(gallery).setGalleryEpoch(epoch).setGalleries(Map.of(gallery, epoch)).build();
        return RecognitionResult.newBuilder().setRequestId(requestId).setStatus(RecognitionStatus.RECOGNISED).setLineage(lineage)
                .setCompletedAtMs(Instant.ofEpochMilli(nowMs)).build();
    }

    /** The edit changed nothing; its dead letter says the same. */
    public static RecognitionResult refused(String requestId, InputRecord input, ErrorCode code, String message, long nowMs) {
        return RecognitionResult.newBuilder().setRequestId(requestId)
                .setStatus(code.requestsFault() ? RecognitionStatus.REJECTED : RecognitionStatus.FAILED).setErrNo(code.number()).setErrMsg(message)
                .setLineage(lineage(input).setGallery(gallery(input)).build()).setCompletedAtMs(Instant.ofEpochMilli(nowMs)).build();
    }

    private static Lineage.Builder lineage(InputRecord input) {
        return Lineage.newBuilder().setInputTopic(input.topic()).setInputPartition(input.partition()).setInputOffset(input.offset());
    }

    /** Null where the key names none. */
    private static String gallery(InputRecord input) {
        if (input.key() == null) {
            return null;
        }
        try {
            return RecordHeaders.utf8(input.key()).map(key -> GalleryKey.parse(key).gallery()).orElse(null);
        } catch (InvalidRequestException e) {
            return null;
        }
    }
}
