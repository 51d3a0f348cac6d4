package io.sightline.processors.detect;

import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows [K, 6] of class, score, x1, y1, x2, y2, as PaddleDetection exports them with {@code multiclass_nms3} inside; pixels of the picture, since
 * the model is given its scale_factor. The count that the models answer beside the rows is wrong in some exports: every row with a class and a
 * score that reaches the threshold counts. Class -1 is a row that stands for none.
 */
record PaddleDetectionDecoder(String output) implements DetectionDecoder {
    private static final int COLUMNS = DetectionOutput.PaddleDetection.COLUMNS;

    @Override
    public boolean inPicture() {
        return true;
    }

    /** Rows of several pictures stand below each other, told apart by the count only. */
    @Override
    public boolean batches() {
        return false;
    }

    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        OutputRows rows = rows(outputs.get(output));
        List<Candidate> candidates = new ArrayList<>();
        for (int row = 0; row < rows.rows(); row++) {
            int label = (int) rows.at(row, 0);
            float score = rows.score(row, 1);
            if (label >= 0 && score >= scoreThreshold) {
                candidates.add(new Candidate(rows.at(row, 2), rows.at(row, 3), rows.at(row, 4), rows.at(row, 5), score, label, row));
            }
        }
        return candidates;
    }

    /** A picture without detections: no rows, or one single -1. */
    private OutputRows rows(Tensor tensor) throws InferenceException {
        boolean matrix = tensor != null && tensor.shape().length == 2;
        if (matrix && (tensor.shape()[0] == 0 || tensor.shape()[1] == 1)) {
            return new OutputRows(output, tensor.values(), 0, 0, COLUMNS);
        }
        if (!matrix || tensor.shape()[1] != COLUMNS) {
            throw new InferenceException("output " + output + ": " + tensor + " (expected: float32[any, " + COLUMNS + "])");
        }
        return new OutputRows(output, tensor.values(), tensor.values().position(), (int) tensor.shape()[0], COLUMNS);
    }
}
