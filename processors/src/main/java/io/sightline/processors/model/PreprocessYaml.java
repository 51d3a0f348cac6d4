package io.sightline.processors.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.processors.prepare.ChannelOrder;
import io.sightline.processors.prepare.CropImage;
import io.sightline.processors.prepare.Extent;
import io.sightline.processors.prepare.Interpolation;
import io.sightline.processors.prepare.NormalizeImage;
import io.sightline.processors.prepare.PreprocessOp;
import io.sightline.processors.prepare.ResizeImage;
import io.sightline.processors.prepare.ToChwImage;
import java.util.List;

/** Reads the preprocessing operations of a model.yaml, under the names and parameters that PaddleClas uses. */
final class PreprocessYaml {
    private static final List<String> NAMES = List.of("ResizeImage", "CropImage", "NormalizeImage", "ToCHWImage");
    private static final int MAX_SIDE = 8192;

    private PreprocessYaml() {
    }

    static List<PreprocessOp> read(YamlSection model) {
        return model.sections("preprocess").stream().map(PreprocessYaml::op).toList();
    }

    private static PreprocessOp op(YamlSection item) {
        String name = item.onlyKey(NAMES);
        YamlSection parameters = item.section(name);
        PreprocessOp op = switch (name) {
            case "ResizeImage" -> resize(parameters);
            case "CropImage" -> new CropImage(size(parameters));
            case "NormalizeImage" -> normalize(parameters);
            default -> new ToChwImage();
        };
        parameters.done();
        return op;
    }

    private static ResizeImage resize(YamlSection parameters) {
        Interpolation interpolation = parameters.choice("interpolation", Interpolation.class, Interpolation.BILINEAR);
        if (parameters.has("resize_short")) {
            if (parameters.has("size")) {
                throw parameters.wrong("size", "beside resize_short", "one of the two");
            }
            return new ResizeImage(null, parameters.integer("resize_short", 1, MAX_SIDE), interpolation);
        }
        return new ResizeImage(size(parameters), 0, interpolation);
    }

    /** A number for a square, or [width, height]. */
    private static Extent size(YamlSection parameters) {
        JsonNode value = parameters.required("size", "a number or [width, height]");
        if (value.isIntegralNumber()) {
            int side = parameters.integer("size", 1, MAX_SIDE);
            return new Extent(side, side);
        }
        List<Long> sides = parameters.integers("size");
        if (sides.size() != 2 || sides.stream().anyMatch(side -> side < 1 || side > MAX_SIDE)) {
            throw parameters.wrong("size", value, "[width, height], each 1.." + MAX_SIDE);
        }
        return new Extent(sides.get(0).intValue(), sides.get(1).intValue());
    }

    private static NormalizeImage normalize(YamlSection parameters) {
        float scale = scale(parameters);
        List<Float> mean = parameters.floats("mean");
        List<Float> std = parameters.floats("std");
        ChannelOrder order = parameters.choice("order", ChannelOrder.class, ChannelOrder.RGB);
        if (mean.size() != 3) {
            throw parameters.wrong("mean", mean.toString(), "3 numbers");
        }
        if (std.size() != 3 || std.stream().anyMatch(s -> s == 0)) {
            throw parameters.wrong("std", std.toString(), "3 numbers, none 0");
        }
        return new NormalizeImage(scale, mean, std, order);
    }

    /** A number, or a fraction as text: {@code 1/255}, PaddleClas's {@code 1.0/255.0}. */
    private static float scale(YamlSection parameters) {
        String expected = "a number or a fraction such as 1/255";
        JsonNode value = parameters.required("scale", expected);
        String[] parts = value.asText().split("/", -1);
        try {
            double scale = parts.length == 2 ? Double.parseDouble(parts[0].strip()) / Double.parseDouble(parts[1].strip()) : Double.parseDouble(value.asText());
            if (parts.length <= 2 && scale > 0 && Double.isFinite(scale)) {
                return (float) scale;
            }
        } catch (NumberFormatException e) {
            // Told below, together with the other ways to be wrong.
        }
        throw parameters.wrong("scale", value, expected);
    }
}
