package io.sightline.processors.detect;

import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows [N, A, 5] of x1, y1, x2, y2 in pixels of the input, score; one class. */
record DenseDecoder(String output) implements DetectionDecoder {
    private static final int COLUMNS = DetectionOutput.Dense.COLUMNS;

    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        OutputRows rows = OutputRows.of(outputs, output, item, OutputRows.ANY, COLUMNS);
        List<Candidate> candidates = new ArrayList<>();
        for (int row = 0; row < rows.rows(); row++) {
            float score = rows.score(row, COLUMNS - 1);
            if (score >= scoreThreshold) {
                candidates.add(new Candidate(rows.at(row, 0), rows.at(row, 1), rows.at(row, 2), rows.at(row, 3), score, 0, row));
            }
        }
        return candidates;
    }
}
