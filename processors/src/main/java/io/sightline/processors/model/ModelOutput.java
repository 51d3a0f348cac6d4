package io.sightline.processors.model;

import java.util.List;

/** How a model's answer is read. Each decoder of model.yaml is one of these, with its parameters. */
public sealed interface ModelOutput permits DetectionOutput, ModelOutput.Classes, ModelOutput.Embedding {
    /** The word for it in model.yaml. */
    String decoder();

    /** The outputs that are read, with the dimensions they must have. */
    List<OutputShape> shapes(ModelSpec spec);

    /**
     * Decoder {@code classes}: a score for each class [N, classes].
     *
     * @param activation what makes probabilities of the model's numbers
     * @param topK most classes of a picture, the best ones
     * @param scoreThreshold smallest score of a class
     */
    record Classes(String name, Activation activation, int topK, float scoreThreshold) implements ModelOutput {
        @Override
        public String decoder() {
            return "classes";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            return List.of(OutputShape.of("output.name", name, spec.labels().isEmpty() ? -1 : spec.labels().size()));
        }
    }

    /**
     * Decoder {@code embedding}: one vector [N, dimension] an item.
     *
     * @param normalise true: the vector is brought to unit length; false: the model has done so
     */
    record Embedding(String name, int dimension, boolean normalise) implements ModelOutput {
        @Override
        public String decoder() {
            return "embedding";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            return List.of(OutputShape.of("output.name", name, dimension));
        }
    }
}
