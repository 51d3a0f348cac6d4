package io.sightline.processors.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A model.yaml to begin with, as far as an ONNX file tells what belongs into it. */
public final class ModelSkeleton {
    private static final String IMAGENET = "mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}";
    private static final String RAW_BLUE_FIRST = "  - NormalizeImage: {scale: 1, mean: [0, 0, 0], std: [1, 1, 1], order: bgr}";
    private static final double SHORT_SIDE = 256.0 / 224;
    private static final int FACE = 112;

    private ModelSkeleton() {
    }

    /** The file's input for pictures: floats of four dimensions, three channels, a size. */
    public static Optional<ModelInput> picture(OnnxFile file) {
        return file.inputs().stream()
                .filter(i -> i.floats() && i.shape().size() == ModelInput.PICTURE_DIMENSIONS && i.shape().get(1) == 3 && i.shape().get(2) > 0 && i.last() > 0)
                .map(i -> new ModelInput(i.name(), i.shape(), InputRole.PICTURE)).findFirst();
    }

    public static String yaml(OnnxFile file, ModelInput picture, DecoderGuess guess) {
        String fileName = file.file().getFileName().toString();
        List<String> lines = new ArrayList<>(List.of(
                "name: " + fileName.replaceAll("\\.onnx$", "").replaceAll("[^A-Za-z0-9._-]", "-"),
                "version: \"1\"",
                "task: " + guess.task().name().toLowerCase(Locale.ROOT),
                "file: " + fileName,
                "sha256: " + file.sha256(),
                "licence: unknown",
                "source: unknown",
                "inputs:",
                "  - {name: " + picture.name() + ", shape: " + picture.shapeText() + ", type: float32}"));
        for (OnnxNode input : file.inputs()) {
            if (!input.name().equals(picture.name())) {
                lines.add("  - {name: " + input.name() + ", shape: " + input.shape() + ", type: " + input.type() + "}");
            }
        }
        lines.add("preprocess:                  # the usual for such a model; what it was trained with counts");
        lines.addAll(preprocess(picture, guess));
        lines.add("output:");
        lines.add("  decoder: " + guess.decoder());
        guess.keys().forEach(key -> lines.add("  " + key));
        if (guess.classes() > 0) {
            lines.add(guess.classes() == 1 ? "labels: [thing]              # a name for each class" : "labels_file: labels.txt      # " + guess.classes() + " lines, a name each");
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> preprocess(ModelInput picture, DecoderGuess guess) {
        String size = "[" + picture.width() + ", " + picture.height() + "]";
        String chw = "  - ToCHWImage: {}";
        return switch (guess.decoder()) {
            case "paddle_detection", "picodet" -> List.of(
                    "  - DetResize: {target_size: [" + picture.height() + ", " + picture.width() + "], keep_ratio: false, interp: 1}",
                    "  - DetNormalizeImage: {is_scale: true, " + IMAGENET, "  - DetPermute: {}");
            case "yolox" -> List.of("  - LetterBox: {size: " + size + ", value: 114, place: top_left}", RAW_BLUE_FIRST, chw);
            case "yunet" -> List.of("  - LetterBox: {size: " + size + ", value: 0, place: top_left}", RAW_BLUE_FIRST, chw);
            case "ultraface" -> List.of("  - ResizeImage: {size: " + size + "}",
                    "  - NormalizeImage: {scale: 1, mean: [127, 127, 127], std: [128, 128, 128]}", chw);
            case "classes" -> List.of("  - ResizeImage: {resize_short: " + Math.round(Math.max(picture.width(), picture.height()) * SHORT_SIDE) + "}",
                    "  - CropImage: {size: " + size + "}", "  - NormalizeImage: {scale: 1/255, " + IMAGENET, chw);
            default -> List.of("  - ResizeImage: {size: " + size + "}", picture.width() == FACE
                    ? "  - NormalizeImage: {scale: 1, mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5]}"
                    : "  - NormalizeImage: {scale: 1/255, " + IMAGENET, chw);
        };
    }
}
