package io.sightline.processors.detect;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * YuNet's outputs, for each stride cls_S, obj_S [N, cells, 1] and bbox_S [N, cells, 4]: score {@code sqrt(cls * obj)}, both cut to 0..1; middle
 * {@code (column + dx, row + dy) * stride}, size {@code exp(w, h) * stride}; where there is kps_S [N, cells, 10], the five points of a face
 * {@code (column + x, row + y) * stride} (postProcess of OpenCV's FaceDetectorYN).
 */
record YuNetDecoder(List<AnchorGrid> grids) implements DetectionDecoder {
    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        List<Candidate> candidates = new ArrayList<>();
        int order = 0;
        for (AnchorGrid grid : grids) {
            OutputRows classes = OutputRows.of(outputs, "cls_" + grid.stride(), item, grid.cells(), 1);
            OutputRows objects = OutputRows.of(outputs, "obj_" + grid.stride(), item, grid.cells(), 1);
            OutputRows boxes = OutputRows.of(outputs, "bbox_" + grid.stride(), item, grid.cells(), 4);
            Optional<OutputRows> points = outputs.containsKey("kps_" + grid.stride())
                    ? Optional.of(OutputRows.of(outputs, "kps_" + grid.stride(), item, grid.cells(), 2 * Landmarks.POINTS)) : Optional.empty();
            for (int cell = 0; cell < grid.cells(); cell++, order++) {
                float score = (float) Math.sqrt(cut(classes.score(cell, 0)) * cut(objects.score(cell, 0)));
                if (score >= scoreThreshold) {
                    candidates.add(candidate(grid, cell, boxes, points, score, order));
                }
            }
        }
        return candidates;
    }

    private static Candidate candidate(AnchorGrid grid, int cell, OutputRows boxes, Optional<OutputRows> points, float score, int order) {
        float x = (cell % grid.columns() + boxes.at(cell, 0)) * grid.stride();
        float y = (cell / grid.columns() + boxes.at(cell, 1)) * grid.stride();
        float width = (float) Math.exp(boxes.at(cell, 2)) * grid.stride();
        float height = (float) Math.exp(boxes.at(cell, 3)) * grid.stride();
        return new Candidate(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, 0, order, points.map(rows -> landmarks(grid, cell, rows)));
    }

    private static Landmarks landmarks(AnchorGrid grid, int cell, OutputRows points) {
        List<Float> xy = new ArrayList<>(2 * Landmarks.POINTS);
        for (int point = 0; point < Landmarks.POINTS; point++) {
            xy.add((cell % grid.columns() + points.at(cell, 2 * point)) * grid.stride());
            xy.add((cell / grid.columns() + points.at(cell, 2 * point + 1)) * grid.stride());
        }
        return new Landmarks(xy);
    }

    private static float cut(float value) {
        return Math.max(0, Math.min(1, value));
    }
}
