package io.sightline.processors.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The left matrix of a {@link ByteProduct}: rows of whole numbers 0 to 255, all zero at first. It lies outside the heap, where native code
 * reads it without a copy; the JVM bounds such memory ({@code -XX:MaxDirectMemorySize}, as much as the heap by default) and gives it
 * back when this object is collected. One thread sets, or any number multiply.
 */
public final class ByteRows {
    /** Rows begin at multiples of this, with zeros between: so no kernel comes to the slow and rarely used end of an odd row. */
    private static final int ALIGNMENT = 16;

    private final int rows;
    private final int columns;
    private final int stride;
    private final ByteBuffer bytes;

    /**
     * @param rows 1 and more; kernels work on four and more at a time
     * @param columns 1..{@link ByteProduct#MAX_DEPTH}
     */
    public ByteRows(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.stride = stride(columns);
        this.bytes = ByteBuffer.allocateDirect(Math.multiplyExact(rows, stride)).order(ByteOrder.nativeOrder());
    }

    static int stride(int columns) {
        if (columns < 1 || columns > ByteProduct.MAX_DEPTH) {
            throw new IllegalArgumentException("columns: " + columns + " (expected: 1.." + ByteProduct.MAX_DEPTH + ")");
        }
        return (columns + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Length of a row with its padding, bytes. */
    int stride() {
        return stride;
    }

    /** Memory that so many rows take. */
    public static long bytes(int rows, int columns) {
        return (long) rows * stride(columns);
    }

    /** @param values as many as there are columns, unsigned; from this index on */
    public void set(int row, byte[] values, int from) {
        bytes.put(row * stride, values, from, columns);
    }

    /** Copies rows of another matrix with as many columns. */
    public void copy(int row, ByteRows from, int fromRow, int count) {
        bytes.put(row * stride, from.bytes, fromRow * stride, count * stride);
    }

    /** All of it, for reading. */
    ByteBuffer buffer() {
        return bytes.duplicate().order(ByteOrder.nativeOrder());
    }
}
