package io.sightline.processors.model;

import io.sightline.schemas.settings.Nearest;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Holds a model file's inputs and outputs against its description. */
final class Signature {
    private Signature() {
    }

    /**
     * @param inputs of the file, with the shapes of those that are floats; others have none
     * @param outputs likewise
     */
    static void check(ModelSpec spec, Map<String, List<Long>> inputs, Map<String, List<Long>> outputs) {
        for (int i = 0; i < spec.inputs().size(); i++) {
            ModelInput input = spec.inputs().get(i);
            List<Long> shape = inputs.get(input.name());
            if (shape == null) {
                throw wrong(spec, "inputs[" + i + "].name", "'" + input.name() + "'", names(inputs) + nearest(input.name(), inputs));
            }
            if (!fits(input.shape(), shape)) {
                throw wrong(spec, "inputs[" + i + "].shape", input.shapeText(), shape.isEmpty() ? "floats; the file's input is of another type" : shape.toString());
            }
        }
        for (String name : inputs.keySet()) {
            if (spec.inputs().stream().noneMatch(input -> input.name().equals(name))) {
                throw wrong(spec, "inputs", "no '" + name + "'", "each of " + names(inputs));
            }
        }
        for (OutputShape output : spec.output().shapes(spec)) {
            checkOutput(spec, output, outputs);
        }
    }

    private static void checkOutput(ModelSpec spec, OutputShape output, Map<String, List<Long>> outputs) {
        List<Long> shape = outputs.get(output.name());
        if (shape == null) {
            throw wrong(spec, output.key(), "'" + output.name() + "'", names(outputs) + nearest(output.name(), outputs));
        }
        if (shape.isEmpty()) {
            throw wrong(spec, output.key(), "'" + output.name() + "'", "an output of floats; this one is of another type");
        }
        if (!output.fits(shape)) {
            String labels = spec.labels().isEmpty() ? "" : " with " + spec.labels().size() + " labels";
            throw wrong(spec, output.key(), "'" + output.name() + "', which decoder " + spec.output().decoder() + labels + " reads as " + output.text(),
                    shape.toString());
        }
    }

    /** The description may fix what the file leaves open, and leave only the batch open where the file has it open. */
    private static boolean fits(List<Long> described, List<Long> file) {
        if (described.size() != file.size()) {
            return false;
        }
        for (int i = 0; i < file.size(); i++) {
            if (file.get(i) >= 0 && !file.get(i).equals(described.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static ModelException wrong(ModelSpec spec, String key, String seen, String expected) {
        return ModelException.at(spec.file().resolveSibling("model.yaml"), key, seen, expected + ", as " + spec.file().getFileName() + " has it");
    }

    private static String names(Map<String, List<Long>> nodes) {
        return String.join(", ", new TreeSet<>(nodes.keySet()));
    }

    private static String nearest(String name, Map<String, List<Long>> nodes) {
        return nodes.size() < 2 ? "" : Nearest.to(name, nodes.keySet()).map(n -> "; nearest: " + n).orElse("");
    }
}
