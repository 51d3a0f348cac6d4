package io.sightline.processors.embed;

import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;

/** Checks that a model's vector can be compared, and brings it to unit length. */
final class UnitVector {
    /** How far from 1 the length of a vector may be that the model itself has normalised. */
    private static final double TOLERANCE = 1e-2;

    private UnitVector() {
    }

    /**
     * @param vector changed in place
     * @param normalise true: bring it to unit length; false: the model promised that it is
     */
    static StageResult<float[]> of(float[] vector, boolean normalise) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        double length = Math.sqrt(square);
        if (!Double.isFinite(length) || length == 0) {
            return StageResult.rejected(ErrorCode.INFERENCE, "embedding: a vector of length " + length + " (expected: finite, not 0)");
        }
        if (!normalise && Math.abs(length - 1) > TOLERANCE) {
            return StageResult.rejected(ErrorCode.INFERENCE, "embedding: a vector of length " + (float) length
                    + " (expected: 1, or output.normalise: true in model.yaml)");
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return StageResult.accepted(vector);
    }
}
