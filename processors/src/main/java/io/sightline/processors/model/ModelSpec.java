package io.sightline.processors.model;

import io.sightline.processors.prepare.Extent;
import io.sightline.processors.prepare.PreprocessOp;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A model as its model.yaml describes it, the file's checksum verified.
 *
 * @param file the ONNX file
 * @param sha256 of the ONNX file, hex
 * @param inputs the picture first
 * @param labels names of the classes; empty where the model has none
 * @param cosineThreshold the model's own advice for the smallest cosine of a match
 * @param aligned true: an embedder of faces that are brought into ArcFace's place by their landmarks
 */
public record ModelSpec(
        String name,
        String version,
        ModelTask task,
        Path file,
        String sha256,
        String licence,
        String source,
        List<ModelInput> inputs,
        List<PreprocessOp> preprocess,
        ModelOutput output,
        List<String> labels,
        GalleryIndexing gallery,
        OptionalDouble cosineThreshold,
        boolean aligned) {
    private static final int ID_HASH_LENGTH = 12;

    public ModelSpec {
        inputs = List.copyOf(inputs);
        preprocess = List.copyOf(preprocess);
        labels = List.copyOf(labels);
    }

    /** {@code name@version#hash}, the model's name in a result's lineage: another file has another id. */
    public String id() {
        return name + "@" + version + "#" + sha256.substring(0, ID_HASH_LENGTH);
    }

    /** The input that takes pictures. */
    public ModelInput pictureInput() {
        return inputs.get(0);
    }

    /** The inputs beside the picture's. */
    public List<ModelInput> otherInputs() {
        return inputs.subList(1, inputs.size());
    }

    public Extent pictureSize() {
        return new Extent(pictureInput().width(), pictureInput().height());
    }

    /** The output of the kind a stage needs. */
    public <T extends ModelOutput> T outputAs(Class<T> kind) {
        if (!kind.isInstance(output)) {
            throw new ModelException("model " + id() + ": decoder " + output.getClass().getSimpleName() + " (expected: " + kind.getSimpleName() + ")");
        }
        return kind.cast(output);
    }
}
