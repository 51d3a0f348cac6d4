package io.sightline.processors.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the inputs of a model.yaml: the picture first, then what PaddleDetection's exports want to know about it. */
final class InputsYaml {
    private static final int MAX_DIMENSION = 8192;

    private InputsYaml() {
    }

    static List<ModelInput> read(YamlSection model) {
        List<ModelInput> inputs = new ArrayList<>();
        for (YamlSection item : model.sections("inputs")) {
            inputs.add(input(item, inputs.isEmpty()));
        }
        if (inputs.isEmpty()) {
            throw model.wrong("inputs", "none", "the picture, and im_shape and scale_factor where the model has them");
        }
        for (int i = 1; i < inputs.size(); i++) {
            InputRole role = inputs.get(i).role();
            if (inputs.subList(0, i).stream().anyMatch(other -> other.role() == role)) {
                throw model.wrong("inputs[" + i + "]", word(role) + " for a second time", "each once");
            }
        }
        return inputs;
    }

    private static ModelInput input(YamlSection item, boolean first) {
        String name = item.text("name");
        List<Long> shape = item.integers("shape");
        item.choice("type", List.of("float32"));
        ModelInput input = new ModelInput(name, shape, role(item, name, first));
        item.done();
        if (shape.isEmpty() || shape.stream().anyMatch(d -> d == 0 || d < -1 || d > MAX_DIMENSION)) {
            throw item.wrong("shape", input.shapeText(), "dimensions, each -1 or 1.." + MAX_DIMENSION);
        }
        if (shape.get(0) != -1 && shape.get(0) != 1) {
            throw item.wrong("shape", input.shapeText(), "-1 or 1 first, the items of a batch");
        }
        boolean picture = input.role() == InputRole.PICTURE;
        if (picture && (shape.size() != ModelInput.PICTURE_DIMENSIONS || shape.get(1) != 3 || shape.get(2) < 1 || shape.get(3) < 1)) {
            throw item.wrong("shape", input.shapeText(), "[-1, 3, height, width]");
        }
        if (!picture && (shape.size() != 2 || shape.get(1) != 2)) {
            throw item.wrong("shape", input.shapeText(), "[-1, 2] of " + word(input.role()));
        }
        return input;
    }

    /** Said by the key {@code role}, or by PaddleDetection's own name for the input. */
    private static InputRole role(YamlSection item, String name, boolean first) {
        InputRole usual = first ? InputRole.PICTURE : named(name).orElse(null);
        InputRole role = usual == null || item.has("role") ? item.choice("role", InputRole.class) : usual;
        if (first != (role == InputRole.PICTURE)) {
            throw item.wrong("role", word(role), first ? "picture, the first input" : "im_shape, scale_factor");
        }
        return role;
    }

    private static Optional<InputRole> named(String name) {
        return List.of(InputRole.IM_SHAPE, InputRole.SCALE_FACTOR).stream().filter(role -> word(role).equals(name)).findFirst();
    }

    private static String word(InputRole role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
