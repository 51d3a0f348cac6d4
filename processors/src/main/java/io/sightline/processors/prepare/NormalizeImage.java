package io.sightline.processors.prepare;

import java.util.List;

/**
 * PaddleClas's NormalizeImage: {@code (value * scale - mean) / std}, in single precision as numpy computes it.
 *
 * @param mean one for each channel, in the order of the result's channels
 * @param std likewise
 * @param order which of the picture's channels come first in the result
 */
public record NormalizeImage(float scale, List<Float> mean, List<Float> std, ChannelOrder order) implements PreprocessOp {
    public static final int CHANNELS = 3;
    static final int VALUES = 256;

    public NormalizeImage {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != CHANNELS || std.size() != CHANNELS) {
            throw new IllegalArgumentException("NormalizeImage: " + mean.size() + " means, " + std.size() + " stds (expected: " + CHANNELS + " each)");
        }
        if (!Float.isFinite(scale) || mean.stream().anyMatch(m -> !Float.isFinite(m)) || std.stream().anyMatch(s -> !Float.isFinite(s) || s == 0)) {
            throw new IllegalArgumentException("NormalizeImage: scale " + scale + ", mean " + mean + ", std " + std
                    + " (expected: finite numbers, no std of 0)");
        }
    }

    /** Scale 1/255 and ImageNet's mean and deviation, RGB. */
    public static NormalizeImage imageNet() {
        return new NormalizeImage(1f / 255, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f), ChannelOrder.RGB);
    }

    /** The result of each of the 256 pixel values, one table a channel of the result. */
    float[][] tables() {
        float[][] tables = new float[CHANNELS][VALUES];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int value = 0; value < VALUES; value++) {
                tables[channel][value] = (value * scale - mean.get(channel)) / std.get(channel);
            }
        }
        return tables;
    }
}
