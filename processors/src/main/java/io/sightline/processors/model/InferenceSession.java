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

    /**
     * Runs the model on inputs that are nobody's: whether it works at all.
     *
     * @throws InferenceException it can't be run on any of them
     */
    default void prove() throws InferenceException {
    }

    @Override
    void close();
}
