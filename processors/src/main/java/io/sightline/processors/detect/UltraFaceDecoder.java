package io.sightline.processors.detect;

import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.prepare.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * UltraFace's outputs: scores [N, A, 2] of no face and face, boxes [N, A, 4] of x1, y1, x2, y2 as shares of the input's width and height, the
 * anchors worked in.
 *
 * @param input the model's input, in pixels
 */
record UltraFaceDecoder(String scores, String boxes, Extent input) implements DetectionDecoder {
    private static final int FACE = 1;

    @Override
    public List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException {
        OutputRows faces = OutputRows.of(outputs, scores, item, OutputRows.ANY, 2);
        OutputRows corners = OutputRows.of(outputs, boxes, item, faces.rows(), 4);
        List<Candidate> candidates = new ArrayList<>();
        for (int row = 0; row < faces.rows(); row++) {
            float score = faces.score(row, FACE);
            if (score >= scoreThreshold) {
                candidates.add(new Candidate(corners.at(row, 0) * input.width(), corners.at(row, 1) * input.height(), corners.at(row, 2) * input.width(),
                        corners.at(row, 3) * input.height(), score, 0, row));
            }
        }
        return candidates;
    }
}
