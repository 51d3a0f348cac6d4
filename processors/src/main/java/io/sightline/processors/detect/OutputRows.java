package io.sightline.processors.detect;

import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.nio.FloatBuffer;
import java.util.Map;

/** One picture's rows of an output [N, rows, columns]. */
record OutputRows(String output, FloatBuffer values, int base, int rows, int columns) {
    /** Any number of rows, or of columns. */
    static final int ANY = -1;

    /** @throws InferenceException the output is not there, or of another shape */
    static OutputRows of(Map<String, Tensor> outputs, String output, int item, int rows, int columns) throws InferenceException {
        Tensor tensor = outputs.get(output);
        if (tensor == null || tensor.shape().length != 3 || tensor.shape()[0] <= item || rows != ANY && tensor.shape()[1] != rows
                || columns != ANY && tensor.shape()[2] != columns) {
            throw new InferenceException("output " + output + ": " + tensor + " (expected: float32[more than " + item + ", " + text(rows) + ", "
                    + text(columns) + "])");
        }
        int seenRows = (int) tensor.shape()[1];
        int seenColumns = (int) tensor.shape()[2];
        return new OutputRows(output, tensor.values(), tensor.values().position() + item * seenRows * seenColumns, seenRows, seenColumns);
    }

    float at(int row, int column) {
        return values.get(base + row * columns + column);
    }

    /** A number that must be one. */
    float score(int row, int column) throws InferenceException {
        float score = at(row, column);
        if (Float.isNaN(score)) {
            throw new InferenceException("output " + output + ": score NaN in row " + row + " (expected: 0..1)");
        }
        return score;
    }

    /** The column from {@code from} on with the greatest number, the first of equal ones. */
    int best(int row, int from) throws InferenceException {
        int best = from;
        float most = score(row, from);
        for (int column = from + 1; column < columns; column++) {
            float score = score(row, column);
            if (score > most) {
                best = column;
                most = score;
            }
        }
        return best;
    }

    private static String text(int size) {
        return size == ANY ? "any" : String.valueOf(size);
    }
}
