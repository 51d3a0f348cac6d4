package io.sightline.processors.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The right matrix of a {@link ByteProduct}: columns of whole numbers -64 to 64. Not changed once made; any number of threads multiply. */
public final class ByteColumns {
    private final int columns;
    private final int length;
    private final int stride;
    private final ByteBuffer bytes;

    /**
     * @param vectors one a column
     * @param from index in each vector at which its column begins
     * @param length of a column, 1..{@link ByteProduct#MAX_DEPTH}
     * @throws IllegalArgumentException a number below -64 or above 64
     */
    public ByteColumns(List<byte[]> vectors, int from, int length) {
        this.columns = vectors.size();
        this.length = length;
        this.stride = ByteRows.stride(length);
        byte[] rows = new byte[stride * columns];
        for (int column = 0; column < columns; column++) {
            byte[] vector = vectors.get(column);
            for (int d = 0; d < length; d++) {
                rows[d * columns + column] = checked(vector[from + d]);
            }
        }
        this.bytes = ByteBuffer.allocateDirect(rows.length).order(ByteOrder.nativeOrder()).put(0, rows);
    }

    private static byte checked(byte value) {
        if (value < -ByteProduct.MAX_RIGHT || value > ByteProduct.MAX_RIGHT) {
            throw new IllegalArgumentException("number: " + value + " (expected: -" + ByteProduct.MAX_RIGHT + ".." + ByteProduct.MAX_RIGHT + ")");
        }
        return value;
    }

    public int columns() {
        return columns;
    }

    int length() {
        return length;
    }

    /** Length of a column with its padding. */
    int stride() {
        return stride;
    }

    /** All of it, row by row, for reading. */
    ByteBuffer buffer() {
        return bytes.duplicate().order(ByteOrder.nativeOrder());
    }
}
