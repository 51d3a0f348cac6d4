package io.sightline.processors.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An input of a model.
 *
 * @param shape its dimensions; -1: any
 * @param role what it is given
 */
public record ModelInput(String name, List<Long> shape, InputRole role) {
    static final int PICTURE_DIMENSIONS = 4;

    public ModelInput {
        shape = List.copyOf(shape);
    }

    /** An input that takes pictures. */
    static ModelInput of(String name, long... shape) {
        return new ModelInput(name, Arrays.stream(shape).boxed().toList(), InputRole.PICTURE);
    }

    /** True where the model takes as many items at once as wanted. */
    public boolean anyBatch() {
        return shape.get(0) < 0;
    }

    /** Pixels down, of an input that is a picture. */
    public int height() {
        return shape.get(PICTURE_DIMENSIONS - 2).intValue();
    }

    public int width() {
        return shape.get(PICTURE_DIMENSIONS - 1).intValue();
    }

    String shapeText() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
