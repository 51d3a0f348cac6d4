package io.sightline.processors.model;

import java.util.List;

/** Reads the output section of a model.yaml: one case a decoder. */
final class OutputYaml {
    private static final int MAX_DIMENSION = 16384;

    private OutputYaml() {
    }

    static ModelOutput read(YamlSection model, ModelTask task) {
        YamlSection output = model.section("output");
        String decoder = output.choice("decoder", decoders(task));
        String name = output.text("name");
        ModelOutput read = switch (decoder) {
            case "dense" -> new ModelOutput.Dense(name, (float) output.number("score_threshold", 0, 1), (float) output.number("nms_iou", 0, 1));
            default -> new ModelOutput.Embedding(name, output.integer("dimension", 1, MAX_DIMENSION), output.flag("normalise", false));
        };
        output.done();
        return read;
    }

    private static List<String> decoders(ModelTask task) {
        return switch (task) {
            case DETECTION -> List.of("dense");
            case EMBEDDING -> List.of("embedding");
            case CLASSIFICATION -> List.of();
        };
    }
}
