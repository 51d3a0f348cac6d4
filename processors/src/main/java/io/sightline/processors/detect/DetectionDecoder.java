package io.sightline.processors.detect;

import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.ModelOutput;
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

    static DetectionDecoder of(ModelOutput output) {
        if (output instanceof ModelOutput.Dense dense) {
            return new DenseDecoder(dense.name());
        }
        throw new IllegalArgumentException("decoder: " + output.getClass().getSimpleName() + " (expected: one for detection)");
    }
}
