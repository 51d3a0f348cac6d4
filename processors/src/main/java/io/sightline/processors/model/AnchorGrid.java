package io.sightline.processors.model;

import java.util.List;

/**
 * Cells of a detector's output level, row by row from the top left.
 *
 * @param stride side of a cell, in pixels of the input
 */
public record AnchorGrid(int stride, int columns, int rows) {
    /** Cells cover the whole picture: 416 pixels are 7 cells of 64. */
    static AnchorGrid of(ModelInput picture, int stride) {
        return new AnchorGrid(stride, (picture.width() + stride - 1) / stride, (picture.height() + stride - 1) / stride);
    }

    /** One level a stride. */
    public static List<AnchorGrid> of(ModelInput picture, List<Integer> strides) {
        return strides.stream().map(stride -> of(picture, stride)).toList();
    }

    public int cells() {
        return columns * rows;
    }
}
