package io.sightline.processors.model;

import java.nio.file.Path;

/** A model can't be used: its folder, its description or its file is wrong. The message names the file, the key, what was seen and expected. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@code models/detector/1/model.yaml: output.nms_iou: 7 (expected: 0..1)}. */
    static ModelException at(Path file, String key, String seen, String expected) {
        return new ModelException(file + ": " + key + ": " + seen + " (expected: " + expected + ")");
    }
}
