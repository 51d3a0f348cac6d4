package io.sightline.processors.detect;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * YOLOX's output [N, cells, 5 + classes]: the cells of all strides below each other; middle {@code (xy + column, row) * stride}, size
 * {@code exp(wh) * stride}, score {@code object * class} with the best class (demo_postprocess of YOLOX's ONNX Runtime demo).
 */
record YoloxDecoder(String output, List<AnchorGrid> grids) implements DetectionDecoder {
    private static final int OBJECT = 4;
    private static final int FIRST_CLASS = DetectionOutput.Yolox.BOX_COLUMNS;

    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        OutputRows rows = OutputRows.of(outputs, output, item, grids.stream().mapToInt(AnchorGrid::cells).sum(), OutputRows.ANY);
        List<Candidate> candidates = new ArrayList<>();
        int row = 0;
        for (AnchorGrid grid : grids) {
            for (int cell = 0; cell < grid.cells(); cell++, row++) {
                float object = rows.score(row, OBJECT);
                if (object < scoreThreshold) {
                    continue;
                }
                int best = rows.best(row, FIRST_CLASS);
                float score = object * rows.at(row, best);
                if (score >= scoreThreshold) {
                    candidates.add(candidate(grid, cell, rows, row, score, best - FIRST_CLASS));
                }
            }
        }
        return candidates;
    }

    private static Candidate candidate(AnchorGrid grid, int cell, OutputRows rows, int row, float score, int label) {
        float x = (rows.at(row, 0) + cell % grid.columns()) * grid.stride();
        float y = (rows.at(row, 1) + cell / grid.columns()) * grid.stride();
        float width = (float) Math.exp(rows.at(row, 2)) * grid.stride();
        float height = (float) Math.exp(rows.at(row, 3)) * grid.stride();
        return new Candidate(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, label, row);
    }
}
