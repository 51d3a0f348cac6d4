package io.sightline.processors.detect;

import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.model.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows [N, A, 5] of x1, y1, x2, y2 in pixels of the input, score; one class. */
record DenseDecoder(String output) implements DetectionDecoder {
    private static final int COLUMNS = ModelOutput.DENSE_COLUMNS;

    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        Tensor tensor = outputs.get(output);
        if (tensor == null || tensor.shape().length != 3 || tensor.shape()[2] != COLUMNS || tensor.shape()[0] <= item) {
            throw new InferenceException("output " + output + ": " + tensor + " (expected: float32[more than " + item + ", any, " + COLUMNS + "])");
        }
        FloatBuffer values = tensor.values();
        int rows = (int) tensor.shape()[1];
        int at = values.position() + item * rows * COLUMNS;
        List<Candidate> candidates = new ArrayList<>();
        for (int row = 0; row < rows; row++, at += COLUMNS) {
            float score = values.get(at + COLUMNS - 1);
            if (Float.isNaN(score)) {
                throw new InferenceException("output " + output + ": score NaN in row " + row + " (expected: 0..1)");
            }
            if (score >= scoreThreshold) {
                candidates.add(new Candidate(values.get(at), values.get(at + 1), values.get(at + 2), values.get(at + 3), score, 0, row));
            }
        }
        return candidates;
    }
}
