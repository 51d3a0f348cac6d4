package io.sightline.processors.model;

import java.util.List;

/**
 * An input or output of an ONNX file.
 *
 * @param type of its elements, {@code float32} or ONNX Runtime's word
 * @param shape its dimensions; -1: open. Empty: a single number, or not a tensor
 */
public record OnnxNode(String name, String type, List<Long> shape) {
    static final String FLOATS = "float32";

    public OnnxNode {
        shape = List.copyOf(shape);
    }

    boolean floats() {
        return type.equals(FLOATS);
    }

    long last() {
        return shape.get(shape.size() - 1);
    }

    @Override
    public String toString() {
        return name + ": " + type + shape;
    }
}
