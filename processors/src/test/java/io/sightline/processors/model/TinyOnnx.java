package io.sightline.processors.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes ONNX models of one or two nodes, field by field as onnx.proto numbers them. */
public final class TinyOnnx {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int DOUBLE = 11;

    private TinyOnnx() {
    }

    /** [N,3,height,width] {@code image} to [N,3] {@code embedding}: the mean of each channel. */
    public static byte[] meanColour(int height, int width) {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        message(graph, 1, node("GlobalAveragePool", "image", "pooled"));
        message(graph, 1, node("Flatten", "pooled", "embedding"));
        text(graph, 2, "mean-colour");
        message(graph, 11, value("image", FLOAT, -1, 3, height, width));
        message(graph, 12, value("embedding", FLOAT, -1, 3));
        return model(graph);
    }

    /**
     * As {@link #meanColour}, but fails while it runs where {@code added} and a channel's mean are together {@code limit} or more: looks their whole
     * part up in a table of so many rows.
     */
    public static byte[] meanColourBelow(int limit, float added, int height, int width) {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        message(graph, 1, node("GlobalAveragePool", "image", "pooled"));
        message(graph, 1, node("Flatten", "pooled", "means"));
        ByteArrayOutputStream sum = node("Add", "means", "sums");
        text(sum, 1, "added");
        message(graph, 1, sum);
        ByteArrayOutputStream cast = node("Cast", "sums", "indices");
        message(cast, 5, attribute("to", INT64));
        message(graph, 1, cast);
        ByteArrayOutputStream gather = node("Gather", "table", "nothing");
        text(gather, 1, "indices");
        message(graph, 1, gather);
        ByteArrayOutputStream result = node("Add", "means", "embedding");
        text(result, 1, "nothing");
        message(graph, 1, result);
        text(graph, 2, "mean-colour-below");
        message(graph, 5, floats("added", added));
        message(graph, 5, floats("table", new float[limit]));
        message(graph, 11, value("image", FLOAT, -1, 3, height, width));
        message(graph, 12, value("embedding", FLOAT, -1, 3));
        return model(graph);
    }

    /** [batch,3,height,width] {@code image} to [batch,A,5] {@code detections}: the picture's values, read as rows of five. */
    public static byte[] pixelsAsRows(long batch, int height, int width) {
        ByteArrayOutputStream shape = new ByteArrayOutputStream();
        number(shape, 1, 3);
        number(shape, 2, INT64);
        text(shape, 8, "shape");
        bytes(shape, 9, ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(0).putLong(-1).putLong(5).array());
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        text(node, 1, "image");
        text(node, 1, "shape");
        text(node, 2, "detections");
        text(node, 4, "Reshape");
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        message(graph, 1, node);
        text(graph, 2, "pixels-as-rows");
        message(graph, 5, shape);
        message(graph, 11, value("image", FLOAT, batch, 3, height, width));
        message(graph, 12, value("detections", FLOAT, batch, 3L * height * width / 5, 5));
        return model(graph);
    }

    /** Takes 64-bit floats and gives them back. */
    static byte[] doubles() {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        message(graph, 1, node("Identity", "image", "embedding"));
        text(graph, 2, "doubles");
        message(graph, 11, value("image", DOUBLE, -1, 3, 4, 4));
        message(graph, 12, value("embedding", DOUBLE, -1, 3, 4, 4));
        return model(graph);
    }

    /** [N,3,height,width] {@code image} to its shape, whole numbers called {@code detections}. */
    static byte[] shapeOf(int height, int width) {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        message(graph, 1, node("Shape", "image", "detections"));
        text(graph, 2, "shape");
        message(graph, 11, value("image", FLOAT, -1, 3, height, width));
        message(graph, 12, value("detections", INT64, 4));
        return model(graph);
    }

    /** [N,D] {@code rows} of unsigned and [D,Q] {@code columns} of signed bytes to [Q,N] {@code sums}: what {@link ByteProduct} runs. */
    public static byte[] byteProduct() {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        ByteArrayOutputStream product = node("MatMulInteger", "rows", "product");
        text(product, 1, "columns");
        message(graph, 1, product);
        message(graph, 1, node("Transpose", "product", "sums"));
        text(graph, 2, "byte-product");
        message(graph, 11, value("rows", UINT8, -1, -2));
        message(graph, 11, value("columns", INT8, -2, -3));
        message(graph, 12, value("sums", INT32, -3, -1));
        return model(graph);
    }

    /** Puts a model and its description into a folder of models. */
    public static ModelSpec install(Path modelsDir, String name, byte[] onnx, String yaml) {
        Path folder = modelsDir.resolve(name).resolve("1");
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("model.onnx"), onnx);
            Files.writeString(folder.resolve("model.yaml"), yaml.replace("SHA256", Checksum.of(onnx)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ModelFolder.load(modelsDir, name);
    }

    /** Description of {@link #meanColour}. */
    public static String meanColourYaml(int height, int width) {
        return """
                name: mean-colour
                version: "1"
                task: embedding
                file: model.onnx
                sha256: SHA256
                licence: Apache-2.0
                source: written by TinyOnnx
                inputs:
                  - {name: image, shape: [-1, 3, HEIGHT, WIDTH], type: float32}
                preprocess:
                  - ResizeImage: {size: [WIDTH, HEIGHT]}
                  - NormalizeImage: {scale: 1/255, mean: [0, 0, 0], std: [1, 1, 1]}
                  - ToCHWImage: {}
                output: {decoder: embedding, name: embedding, dimension: 3, normalise: true}
                """.replace("HEIGHT", String.valueOf(height)).replace("WIDTH", String.valueOf(width));
    }

    /** Description of {@link #pixelsAsRows}; values reach the model as 0..1. */
    public static String pixelsAsRowsYaml(long batch, int height, int width) {
        return """
                name: pixels-as-rows
                version: "1"
                task: detection
                file: model.onnx
                sha256: SHA256
                licence: Apache-2.0
                source: written by TinyOnnx
                inputs:
                  - {name: image, shape: [BATCH, 3, HEIGHT, WIDTH], type: float32}
                preprocess:
                  - ResizeImage: {size: [WIDTH, HEIGHT], interpolation: bilinear}
                  - NormalizeImage: {scale: 1/255, mean: [0, 0, 0], std: [1, 1, 1], order: bgr}
                  - ToCHWImage: {}
                output: {decoder: dense, name: detections, score_threshold: 0.25, nms_iou: 0.55}
                labels: [thing]
                """.replace("BATCH", String.valueOf(batch)).replace("HEIGHT", String.valueOf(height)).replace("WIDTH", String.valueOf(width));
    }

    private static byte[] model(ByteArrayOutputStream graph) {
        ByteArrayOutputStream opset = new ByteArrayOutputStream();
        number(opset, 2, 13);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        number(model, 1, 8);
        message(model, 7, graph);
        message(model, 8, opset);
        return model.toByteArray();
    }

    private static ByteArrayOutputStream node(String type, String input, String output) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        text(node, 1, input);
        text(node, 2, output);
        text(node, 4, type);
        return node;
    }

    private static ByteArrayOutputStream attribute(String name, int value) {
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        text(attribute, 1, name);
        number(attribute, 3, value);
        number(attribute, 20, 2);
        return attribute;
    }

    private static ByteArrayOutputStream floats(String name, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, values.length);
        number(tensor, 2, FLOAT);
        text(tensor, 8, name);
        bytes(tensor, 9, raw.array());
        return tensor;
    }

    private static ByteArrayOutputStream value(String name, int type, long... shape) {
        ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
        for (long size : shape) {
            ByteArrayOutputStream dimension = new ByteArrayOutputStream();
            if (size < 0) {
                text(dimension, 2, "N".repeat((int) -size));
            } else {
                number(dimension, 1, size);
            }
            message(dimensions, 1, dimension);
        }
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, type);
        message(tensor, 2, dimensions);
        ByteArrayOutputStream kind = new ByteArrayOutputStream();
        message(kind, 1, tensor);
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        text(value, 1, name);
        message(value, 2, kind);
        return value;
    }

    private static void text(ByteArrayOutputStream out, int field, String text) {
        bytes(out, field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void message(ByteArrayOutputStream out, int field, ByteArrayOutputStream message) {
        bytes(out, field, message.toByteArray());
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
        varint(out, (long) field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
