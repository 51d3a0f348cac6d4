package io.sightline.processors.prepare;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Memory for a batch of model inputs, outside the Java heap so that ONNX Runtime reads it without a copy. Owned by one lane. */
public final class BatchTensor {
    private final FloatBuffer all;
    private final int floatsEach;
    private final int maxBatch;

    public BatchTensor(int maxBatch, int floatsEach) {
        long bytes = (long) maxBatch * floatsEach * Float.BYTES;
        if (maxBatch < 1 || floatsEach < 1 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("batch: " + maxBatch + " inputs of " + floatsEach + " floats (expected: 1 to " + Integer.MAX_VALUE + " bytes)");
        }
        this.all = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
        this.floatsEach = floatsEach;
        this.maxBatch = maxBatch;
    }

    public int maxBatch() {
        return maxBatch;
    }

    /** Where inputs are written: slot i begins at i times the floats of one. */
    public FloatBuffer slots() {
        return all;
    }

    /** Inputs from..to-1, to be run. */
    public FloatBuffer batch(int from, int to) {
        return all.slice(from * floatsEach, (to - from) * floatsEach);
    }
}
