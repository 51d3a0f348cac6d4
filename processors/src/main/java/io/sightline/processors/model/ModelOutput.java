package io.sightline.processors.model;

/** How a model's answer is read. Each decoder of model.yaml is one of these, with its parameters. */
public sealed interface ModelOutput {
    /** Columns of a dense detection output. */
    int DENSE_COLUMNS = 5;

    /** Name of the output that is read. */
    String name();

    /**
     * Decoder {@code dense}: rows [N, A, 5] of x1, y1, x2, y2 in pixels of the input, score.
     *
     * @param scoreThreshold smallest score of a detection
     * @param nmsIou boxes that share more than this with a better one are dropped
     */
    record Dense(String name, float scoreThreshold, float nmsIou) implements ModelOutput {
    }

    /**
     * Decoder {@code embedding}: one vector [N, dimension] an item.
     *
     * @param normalise true: the vector is brought to unit length; false: the model has done so
     */
    record Embedding(String name, int dimension, boolean normalise) implements ModelOutput {
    }
}
