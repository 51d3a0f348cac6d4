package io.sightline.processors.recognition;

import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.List;

/** Checks vectors that come from outside. */
final class VectorCheck {
    private VectorCheck() {
    }

    /**
     * The vector, brought to unit length.
     *
     * @param model name@version#hash of the model that made it; null: taken to be the expected one
     * @throws InvalidRequestException of another model or dimension, not finite, or all zero
     */
    static float[] unit(List<Float> components, String model, GalleryModel expected) {
        if (model != null && !model.equals(expected.id())) {
            throw new InvalidRequestException("vector_model: '" + RequestLimits.shown(model) + "' (expected: '" + expected.id() + "')");
        }
        float[] vector = new float[components.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = components.get(i);
        }
        try {
            return UnitVectors.of(vector, expected.dimension());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e.getMessage());
        }
    }
}
