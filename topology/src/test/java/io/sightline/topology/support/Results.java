package io.sightline.topology.support;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outcomes as an engine would make them. */
public final class Results {
    private Results() {
    }

    public static RecognitionOutcome recognised(String id) {
        return new RecognitionOutcome(result(id, RecognitionStatus.RECOGNISED, ErrorCode.OK, "", Map.of()), Optional.empty());
    }

    /** Answers a request with its key as id and its value's text as attribute. */
    public static RecognitionOutcome echo(InputRecord input) {
        Map<String, String> attributes = Map.of("value", new String(input.value(), StandardCharsets.UTF_8), "place", input.partition() + "@" + input.offset());
        return new RecognitionOutcome(
                result(new String(input.key(), StandardCharsets.UTF_8), RecognitionStatus.RECOGNISED, ErrorCode.OK, "", attributes), Optional.empty());
    }

    public static RecognitionOutcome rejected(InputRecord input, String id, ErrorCode code, String message) {
        return new RecognitionOutcome(result(id, RecognitionStatus.REJECTED, code, message, Map.of()), Optional.of(new DeadLetter(input, code, message)));
    }

    public static RecognitionOutcome ofBytes(String id, int bytes) {
        return new RecognitionOutcome(result(id, RecognitionStatus.RECOGNISED, ErrorCode.OK, "", Map.of("big", "x".repeat(bytes))), Optional.empty());
    }

    private static RecognitionResult result(String id, RecognitionStatus status, ErrorCode code, String message, Map<String, String> attributes) {
        return RecognitionResult.newBuilder().setRequestId(id).setStatus(status).setErrNo(code.number()).setErrMsg(message)
                .setLineage(Lineage.newBuilder().setBuild("test").build()).setAttributes(attributes).build();
    }

    public static GalleryVector vector(String gallery, String id, long epoch, String model, float... values) {
        List<Float> vector = new ArrayList<>();
        for (float value : values) {
            vector.add(value);
        }
        return GalleryVector.newBuilder().setGallery(gallery).setId(id).setLabel("label of " + id).setAttributes("{}")
                .setVector(vector).setModel(model).setEpoch(epoch).build();
    }

    public static GalleryOutcome searchable(String gallery, String id, long epoch) {
        return new GalleryOutcome.Searchable(gallery + "/" + id, Optional.of(vector(gallery, id, epoch, "m@1#0", 1, 0)), epoch);
    }
}
