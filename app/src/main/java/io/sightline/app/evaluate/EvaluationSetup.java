package io.sightline.app.evaluate;

import io.sightline.processors.model.ModelRuntime;
import io.sightline.schemas.request.RequestLimits;
import java.util.Optional;

/**
 * What is evaluated.
 *
 * @param detector empty where only whole pictures are embedded
 * @param cosineThreshold smallest cosine of a match
 * @param limits for the pictures
 */
public record EvaluationSetup(Optional<ModelRuntime> detector, ModelRuntime embedder, double cosineThreshold, RequestLimits limits) {
    public EvaluationSetup {
        if (!(cosineThreshold >= -1 && cosineThreshold <= 1)) {
            throw new IllegalArgumentException("threshold: " + cosineThreshold + " (expected: -1..1)");
        }
    }
}
