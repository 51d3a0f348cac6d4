package io.sightline.processors.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.processors.prepare.CropImage;
import io.sightline.processors.prepare.DetResize;
import io.sightline.processors.prepare.Extent;
import io.sightline.processors.prepare.Interpolation;
import io.sightline.processors.prepare.LetterBox;
import io.sightline.processors.prepare.Pad;
import io.sightline.processors.prepare.PadPlace;
import io.sightline.processors.prepare.PreprocessOp;
import io.sightline.processors.prepare.ResizeImage;
import io.sightline.processors.prepare.ToChwImage;
import java.util.List;

/** Reads the preprocessing operations of a model.yaml, under the names and parameters that PaddleClas and PaddleDetection use. */
final class PreprocessYaml {
    private static final List<String> NAMES = List.of("ResizeImage", "CropImage", "NormalizeImage", "ToCHWImage", "DetResize", "LetterBox", "Pad",
            "DetNormalizeImage", "DetPermute");
    private static final int MAX_SIDE = 8192;
    private static final int MAX_VALUE = 255;
    private static final int LARGEST_INTERP = 4;

    private PreprocessYaml() {
    }

    static List<PreprocessOp> read(YamlSection model) {
        return model.sections("preprocess").stream().map(PreprocessYaml::op).toList();
    }

    private static PreprocessOp op(YamlSection item) {
        String name = item.onlyKey(NAMES);
        YamlSection parameters = item.sectionOrEmpty(name);
        PreprocessOp op = switch (name) {
            case "ResizeImage" -> resize(parameters);
            case "CropImage" -> new CropImage(size(parameters));
            case "DetResize" -> detResize(parameters);
            case "LetterBox" -> new LetterBox(size(parameters), value(parameters), place(parameters), interp(parameters));
            case "Pad" -> new Pad(size(parameters), value(parameters), place(parameters));
            case "NormalizeImage" -> NormalizeYaml.paddleClas(parameters);
            case "DetNormalizeImage" -> NormalizeYaml.paddleDetection(parameters);
            default -> new ToChwImage();
        };
        parameters.done();
        return op;
    }

    private static ResizeImage resize(YamlSection parameters) {
        Interpolation interpolation = parameters.choice("interpolation", Interpolation.class, Interpolation.BILINEAR);
        if (parameters.has("backend")) {
            parameters.choice("backend", List.of("cv2"));
        }
        if (parameters.has("resize_short")) {
            if (parameters.has("size")) {
                throw parameters.wrong("size", "beside resize_short", "one of the two");
            }
            return new ResizeImage(null, parameters.integer("resize_short", 1, MAX_SIDE), interpolation);
        }
        return new ResizeImage(size(parameters), 0, interpolation);
    }

    private static DetResize detResize(YamlSection parameters) {
        List<Integer> sides = sides(parameters, "target_size", "[height, width]");
        return new DetResize(new Extent(sides.get(1), sides.get(0)), parameters.flag("keep_ratio", true), interp(parameters));
    }

    /** PaddleDetection has cv2's number, PaddleClas the word. */
    private static Interpolation interp(YamlSection parameters) {
        if (parameters.has("interp") && parameters.required("interp", "").isIntegralNumber()) {
            return Interpolation.ofCode(parameters.integer("interp", 0, LARGEST_INTERP));
        }
        return parameters.choice("interp", Interpolation.class, Interpolation.BILINEAR);
    }

    private static int value(YamlSection parameters) {
        return parameters.has("value") ? parameters.integer("value", 0, MAX_VALUE) : 0;
    }

    private static PadPlace place(YamlSection parameters) {
        return parameters.choice("place", PadPlace.class, PadPlace.TOP_LEFT);
    }

    private static Extent size(YamlSection parameters) {
        List<Integer> sides = sides(parameters, "size", "[width, height]");
        return new Extent(sides.get(0), sides.get(1));
    }

    /** A number for a square, or two, whose order differs from operation to operation. */
    private static List<Integer> sides(YamlSection parameters, String key, String order) {
        JsonNode value = parameters.required(key, "a number or " + order);
        if (value.isIntegralNumber()) {
            int side = parameters.integer(key, 1, MAX_SIDE);
            return List.of(side, side);
        }
        List<Long> sides = parameters.integers(key);
        if (sides.size() != 2 || sides.stream().anyMatch(side -> side < 1 || side > MAX_SIDE)) {
            throw parameters.wrong(key, value, order + ", each 1.." + MAX_SIDE);
        }
        return sides.stream().map(Long::intValue).toList();
    }
}
