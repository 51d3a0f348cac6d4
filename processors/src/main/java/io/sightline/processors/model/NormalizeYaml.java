package io.sightline.processors.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.processors.prepare.ChannelOrder;
import io.sightline.processors.prepare.NormalizeImage;
import java.util.List;

/** Reads how pixel values become a model's input. */
final class NormalizeYaml {
    private NormalizeYaml() {
    }

    /** NormalizeImage {scale, mean, std, order}. PaddleClas's order, {@code hwc} or nothing, says where the channels lie: RGB for both. */
    static NormalizeImage paddleClas(YamlSection parameters) {
        float scale = scale(parameters);
        ChannelOrder order = ChannelOrder.RGB;
        boolean layout = parameters.has("order") && List.of("hwc", "").contains(parameters.required("order", "").asText());
        if (!layout) {
            order = parameters.choice("order", ChannelOrder.class, ChannelOrder.RGB);
        }
        if (parameters.has("channel_num")) {
            parameters.integer("channel_num", NormalizeImage.CHANNELS, NormalizeImage.CHANNELS);
        }
        return normalize(parameters, scale, order);
    }

    /** DetNormalizeImage {is_scale, mean, std}. */
    static NormalizeImage paddleDetection(YamlSection parameters) {
        return normalize(parameters, parameters.flag("is_scale", true) ? 1f / 255 : 1, ChannelOrder.RGB);
    }

    private static NormalizeImage normalize(YamlSection parameters, float scale, ChannelOrder order) {
        List<Float> mean = parameters.floats("mean");
        List<Float> std = parameters.floats("std");
        if (mean.size() != NormalizeImage.CHANNELS) {
            throw parameters.wrong("mean", mean.toString(), "3 numbers");
        }
        if (std.size() != NormalizeImage.CHANNELS || std.stream().anyMatch(s -> s == 0)) {
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
