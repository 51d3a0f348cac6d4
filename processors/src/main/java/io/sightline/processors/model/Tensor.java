package io.sightline.processors.model;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Floats with a shape.
 *
 * @param values from position to limit; given to a model they are read where they lie if outside the Java heap
 */
public record Tensor(FloatBuffer values, long... shape) {
    public Tensor {
        long floats = 1;
        for (long dimension : shape) {
            floats *= dimension;
        }
        if (floats != values.remaining()) {
            throw new IllegalArgumentException("tensor: " + values.remaining() + " floats (expected: " + floats + " of " + Arrays.toString(shape) + ")");
        }
    }

    @Override
    public String toString() {
        return "float32" + Arrays.toString(shape);
    }
}
