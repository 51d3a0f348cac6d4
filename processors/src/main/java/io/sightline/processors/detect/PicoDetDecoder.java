package io.sightline.processors.detect;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PicoDet's heads, exported without its postprocessing: for each stride scores [N, cells, classes] between 0 and 1, and distances
 * [N, cells, 4 x bins] to the left, top, right and bottom. A distance is the expectation of its bins' softmax in strides (the "integral" of
 * Generalized Focal Loss, arXiv:2006.04388), counted from the cell's middle.
 *
 * @param scores names of the outputs, one a grid
 * @param boxes likewise
 */
record PicoDetDecoder(List<String> scores, List<String> boxes, List<AnchorGrid> grids) implements DetectionDecoder {
    private static final int SIDES = 4;

    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        List<Candidate> candidates = new ArrayList<>();
        int order = 0;
        for (int level = 0; level < grids.size(); level++) {
            AnchorGrid grid = grids.get(level);
            OutputRows classes = OutputRows.of(outputs, scores.get(level), item, grid.cells(), OutputRows.ANY);
            OutputRows distances = OutputRows.of(outputs, boxes.get(level), item, grid.cells(), OutputRows.ANY);
            for (int cell = 0; cell < grid.cells(); cell++, order++) {
                int label = classes.best(cell, 0);
                float score = classes.at(cell, label);
                if (score >= scoreThreshold) {
                    candidates.add(candidate(grid, cell, distances, score, label, order));
                }
            }
        }
        return candidates;
    }

    private static Candidate candidate(AnchorGrid grid, int cell, OutputRows distances, float score, int label, int order) {
        float x = (cell % grid.columns() + 0.5f) * grid.stride();
        float y = (cell / grid.columns() + 0.5f) * grid.stride();
        return new Candidate(x - distance(distances, cell, 0) * grid.stride(), y - distance(distances, cell, 1) * grid.stride(),
                x + distance(distances, cell, 2) * grid.stride(), y + distance(distances, cell, 3) * grid.stride(), score, label, order);
    }

    /** In strides: sum of bin x softmax(bin). */
    private static float distance(OutputRows distances, int cell, int side) {
        int bins = distances.columns() / SIDES;
        float most = Float.NEGATIVE_INFINITY;
        for (int bin = 0; bin < bins; bin++) {
            most = Math.max(most, distances.at(cell, side * bins + bin));
        }
        double sum = 0;
        double weighted = 0;
        for (int bin = 0; bin < bins; bin++) {
            double share = Math.exp(distances.at(cell, side * bins + bin) - most);
            sum += share;
            weighted += bin * share;
        }
        return (float) (weighted / sum);
    }
}
