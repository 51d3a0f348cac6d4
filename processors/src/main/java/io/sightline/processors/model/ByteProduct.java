package io.sightline.processors.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Products of a tall matrix of bytes with a narrow one, exact, by ONNX Runtime's kernels: it has the fastest instructions of each
 * processor, which the JVM does not reach. Thread-safe; the calling thread does all the work.
 *
 * <p>Processors without VNNI add pairs of products up in 16 bits, and saturate: 2 * 255 * {@value #MAX_RIGHT} = 32,640 fits, so the sums
 * are the true ones everywhere.
 */
public final class ByteProduct {
    /** Largest amount of a number in the right matrix. */
    public static final int MAX_RIGHT = 64;
    /** Most columns of the left matrix: a sum of as many products fits into 32 bits. */
    public static final int MAX_DEPTH = 131_072;
    /** Most numbers of a product. */
    public static final int MAX_SUMS = 65_536;

    private static final String MODEL = "byte-product.onnx";
    private static final ByteProduct SHARED = new ByteProduct();

    private final OrtEnvironment environment = OrtInference.environment();
    /** As long as the process: nobody can close it under another's hands. */
    private final OrtSession session = open(environment);
    /** Room for results, used again. With more callers than this at a time some is thrown away. */
    private final Queue<ByteBuffer> spare = new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors() + 1);

    private ByteProduct() {
    }

    /** The process's one. */
    public static ByteProduct get() {
        return SHARED;
    }

    private static OrtSession open(OrtEnvironment environment) {
        try (InputStream in = ByteProduct.class.getResourceAsStream(MODEL); OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setMemoryPatternOptimization(false);
            return environment.createSession(in.readAllBytes(), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OrtException e) {
            throw new ModelException(MODEL + ": ONNX Runtime can't load it: " + e.getMessage(), e);
        }
    }

    /**
     * Each row times each column.
     *
     * @param left with as many columns as a column of {@code right} is long
     * @param right {@code left.rows() * right.columns()} is at most {@link #MAX_SUMS}
     * @param sums gets the result: column c's product with row r at {@code c * left.rows() + r}
     */
    public void multiply(ByteRows left, ByteColumns right, int[] sums) {
        int count = left.rows() * right.columns();
        if (left.columns() != right.length() || count > MAX_SUMS || count > sums.length) {
            throw new IllegalArgumentException("product: " + left.rows() + " x " + left.columns() + " with " + right.length() + " x " + right.columns() + " into " + sums.length
                    + " (expected: inner lengths alike, at most " + MAX_SUMS + " sums)");
        }
        ByteBuffer room = spare.poll();
        if (room == null) {
            room = ByteBuffer.allocateDirect(MAX_SUMS * Integer.BYTES).order(ByteOrder.nativeOrder());
        }
        IntBuffer result = room.asIntBuffer().limit(count);
        try (OnnxTensor rows = OnnxTensor.createTensor(environment, left.buffer(), new long[] {left.rows(), left.stride()}, OnnxJavaType.UINT8);
             OnnxTensor columns = OnnxTensor.createTensor(environment, right.buffer(), new long[] {right.stride(), right.columns()}, OnnxJavaType.INT8);
             OnnxTensor product = OnnxTensor.createTensor(environment, result, new long[] {right.columns(), left.rows()});
             OrtSession.Result ran = session.run(Map.of("rows", rows, "columns", columns), Set.of(), Map.of("sums", product))) {
            result.get(0, sums, 0, count);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not multiply: " + e.getMessage(), e);
        } finally {
            spare.offer(room);
        }
    }
}
