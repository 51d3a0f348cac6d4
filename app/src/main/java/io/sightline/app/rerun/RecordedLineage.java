package io.sightline.app.rerun;

import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.Map;
import java.util.Optional;

/**
 * What an original result says that it follows from. Many results have the same one.
 *
 * @param pipeline empty: the request did not get that far
 * @param models by stage
 * @param gallery the first one searched, or to be searched
 * @param galleries epochs of those searched; empty where the request was not recognised
 */
record RecordedLineage(Optional<String> pipeline, Map<String, String> models, Map<String, String> devices, String build, String configHash, Optional<String> gallery,
        Map<String, Long> galleries, RecognitionStatus status) {
    static RecordedLineage of(RecognitionResult result) {
        Lineage lineage = result.getLineage();
        return new RecordedLineage(Optional.ofNullable(result.getPipeline()), Map.copyOf(lineage.getModels()), Map.copyOf(lineage.getDevices()), lineage.getBuild(),
                lineage.getConfigHash(), Optional.ofNullable(lineage.getGallery()), Map.copyOf(lineage.getGalleries()), result.getStatus());
    }

    boolean recognised() {
        return status == RecognitionStatus.RECOGNISED;
    }

    /** The service was at fault: it may do better now. */
    boolean failed() {
        return status == RecognitionStatus.FAILED;
    }

    /** The result follows from the same models, settings and galleries; builds and devices may differ. */
    boolean equalTo(RecognitionResult other) {
        Lineage lineage = other.getLineage();
        return models.equals(lineage.getModels()) && configHash.equals(lineage.getConfigHash()) && galleries.equals(lineage.getGalleries());
    }
}
