package io.sightline.processors.model;

import java.util.List;

/** Reads the output section of a model.yaml: one case a decoder. */
final class OutputYaml {
    private static final int MAX_DIMENSION = 16384;
    private static final int MOST_CLASSES = 100;
    private static final int USUAL_CLASSES = 5;
    private static final int MOST_STRIDES = 8;
    private static final int LONGEST_STRIDE = 256;

    private OutputYaml() {
    }

    static ModelOutput read(YamlSection model, ModelTask task) {
        YamlSection output = model.section("output");
        ModelOutput read = switch (output.choice("decoder", decoders(task))) {
            case "dense" -> new DetectionOutput.Dense(output.text("name"), threshold(output), iou(output));
            case "paddle_detection" -> new DetectionOutput.PaddleDetection(output.text("name"), threshold(output), output.has("nms_iou") ? iou(output) : 1);
            case "picodet" -> picoDet(output);
            case "yolox" -> new DetectionOutput.Yolox(output.text("name"), strides(output, List.of(8, 16, 32)), threshold(output), iou(output));
            case "yunet" -> new DetectionOutput.YuNet(strides(output, List.of(8, 16, 32)), threshold(output), iou(output));
            case "ultraface" -> new DetectionOutput.UltraFace(output.text("scores"), output.text("boxes"), threshold(output), iou(output));
            case "classes" -> classes(output);
            default -> new ModelOutput.Embedding(output.text("name"), output.integer("dimension", 1, MAX_DIMENSION), output.flag("normalise", false));
        };
        output.done();
        return read;
    }

    private static List<String> decoders(ModelTask task) {
        return switch (task) {
            case DETECTION -> List.of("dense", "paddle_detection", "picodet", "yolox", "yunet", "ultraface");
            case EMBEDDING -> List.of("embedding");
            case CLASSIFICATION -> List.of("classes");
        };
    }

    private static DetectionOutput.PicoDet picoDet(YamlSection output) {
        List<Integer> strides = strides(output, List.of(8, 16, 32, 64));
        return new DetectionOutput.PicoDet(onePerStride(output, "scores", strides), onePerStride(output, "boxes", strides), strides, threshold(output),
                iou(output));
    }

    private static List<String> onePerStride(YamlSection output, String key, List<Integer> strides) {
        List<String> names = output.texts(key);
        if (names.size() != strides.size()) {
            throw output.wrong(key, names.size() + " outputs", strides.size() + ", one for each of the strides " + strides);
        }
        return names;
    }

    private static List<Integer> strides(YamlSection output, List<Integer> usual) {
        if (!output.has("strides")) {
            return usual;
        }
        List<Long> strides = output.integers("strides");
        if (strides.isEmpty() || strides.size() > MOST_STRIDES || strides.stream().anyMatch(s -> s < 1 || s > LONGEST_STRIDE)) {
            throw output.wrong("strides", strides.toString(), "1.." + MOST_STRIDES + " numbers, each 1.." + LONGEST_STRIDE);
        }
        return strides.stream().map(Long::intValue).toList();
    }

    private static ModelOutput.Classes classes(YamlSection output) {
        Activation activation = output.choice("activation", Activation.class);
        int topK = output.has("top_k") ? output.integer("top_k", 1, MOST_CLASSES) : USUAL_CLASSES;
        return new ModelOutput.Classes(output.text("name"), activation, topK, output.has("score_threshold") ? threshold(output) : 0);
    }

    private static float threshold(YamlSection output) {
        return (float) output.number("score_threshold", 0, 1);
    }

    private static float iou(YamlSection output) {
        return (float) output.number("nms_iou", 0, 1);
    }
}
