package io.sightline.processors.detect;

import io.sightline.processors.model.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** A model's outputs, made up row by row. */
final class Answers {
    private final Map<String, Tensor> outputs = new HashMap<>();

    /** An output [1, rows, columns] of zeros. */
    Answers zeros(String name, int rows, int columns) {
        outputs.put(name, new Tensor(FloatBuffer.allocate(rows * columns), 1, rows, columns));
        return this;
    }

    Answers row(String name, int row, float... values) {
        Tensor tensor = outputs.get(name);
        tensor.values().put(row * (int) tensor.shape()[2], values);
        return this;
    }


    /** An output [rows, columns]. */
    Answers matrix(String name, int columns, float... values) {
        outputs.put(name, new Tensor(FloatBuffer.wrap(values), values.length / columns, columns));
        return this;
    }

    Map<String, Tensor> outputs() {
        return outputs;
    }
}
