package io.sightline.processors.model;

import java.util.Map;

/** A loaded model, ready to run. Used by one thread at a time: each lane has its own. */
public interface InferenceSession extends AutoCloseable {
    /**
     * Runs the model.
     *
     * @param inputs by name
     * @return the float outputs by name, copied: they stay valid
     * @throws InferenceException the model could not be run on these inputs
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs) throws InferenceException;

    @Override
    void close();
}
