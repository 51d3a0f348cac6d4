package io.sightline.processors.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an ONNX file takes and gives. */
public record OnnxFile(Path file, String sha256, long bytes, List<OnnxNode> inputs, List<OnnxNode> outputs) {
    public OnnxFile {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** @throws ModelException it can't be read, or is no ONNX model */
    public static OnnxFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file + ": not there (expected: an ONNX file)");
        }
        try {
            return OrtInference.describe(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ModelException(file + ": can't be read, " + e, e);
        }
    }
}
