package io.sightline.processors.detect;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.Tensor;
import java.util.List;
import java.util.Map;

/** Reads the candidates out of a detection model's outputs. One small class a kind of model. Stateless. */
interface DetectionDecoder {
    /**
     * @param outputs the model's, by name
     * @param item number of the picture in the batch
     * @param scoreThreshold candidates below it are left out
     * @return in the model's order
     * @throws InferenceException the outputs are not what this decoder reads
     */
    List<Candidate> candidates(Map<String, Tensor> outputs, int item, float scoreThreshold) throws InferenceException;

    /** True where candidates are in pixels of the picture; false: of the model's input. */
    default boolean inPicture() {
        return false;
    }

    /** True where the outputs tell the pictures of a batch apart. */
    default boolean batches() {
        return true;
    }

    static DetectionDecoder of(ModelSpec spec) {
        DetectionOutput output = spec.outputAs(DetectionOutput.class);
        if (output instanceof DetectionOutput.Dense dense) {
            return new DenseDecoder(dense.name());
        }
        if (output instanceof DetectionOutput.PaddleDetection paddle) {
            return new PaddleDetectionDecoder(paddle.name());
        }
        if (output instanceof DetectionOutput.PicoDet picoDet) {
            return new PicoDetDecoder(picoDet.scores(), picoDet.boxes(), AnchorGrid.of(spec.pictureInput(), picoDet.strides()));
        }
        if (output instanceof DetectionOutput.Yolox yolox) {
            return new YoloxDecoder(yolox.name(), AnchorGrid.of(spec.pictureInput(), yolox.strides()));
        }
        if (output instanceof DetectionOutput.YuNet yuNet) {
            return new YuNetDecoder(AnchorGrid.of(spec.pictureInput(), yuNet.strides()));
        }
        DetectionOutput.UltraFace ultraFace = (DetectionOutput.UltraFace) output;
        return new UltraFaceDecoder(ultraFace.scores(), ultraFace.boxes(), spec.pictureSize());
    }
}
