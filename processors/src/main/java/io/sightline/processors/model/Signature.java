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
        ModelOutput output = spec.output();
        List<Long> shape = outputs.get(output.name());
        if (shape == null) {
            throw wrong(spec, "output.name", "'" + output.name() + "'", names(outputs) + nearest(output.name(), outputs));
        }
        checkOutput(spec, output, shape);
    }

    private static void checkOutput(ModelSpec spec, ModelOutput output, List<Long> shape) {
        List<Long> wanted = output instanceof ModelOutput.Embedding embedding
                ? List.of(-1L, (long) embedding.dimension())
                : List.of(-1L, -1L, (long) ModelOutput.DENSE_COLUMNS);
        boolean fits = shape.size() == wanted.size();
        for (int i = 1; fits && i < wanted.size(); i++) {
            fits = shape.get(i) < 0 || wanted.get(i) < 0 || shape.get(i).equals(wanted.get(i));
        }
        if (!fits) {
            throw wrong(spec, "output", output + " of " + wanted, "an output such as the file's, " + shape);
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
