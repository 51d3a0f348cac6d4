package io.sightline.connectors.bridge;

import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts a stream of bytes into lines of at most so many bytes. Not thread-safe; holds one unfinished line. */
final class LineSplitter {
    /**
     * @param number from 1
     * @param bytes without the line end; null: the line is longer than it may be
     * @param taken bytes of the stream that it took, the line end included
     */
    record Line(long number, byte[] bytes, long taken) {
        boolean isBlank() {
            if (bytes == null) {
                return false;
            }
            for (byte b : bytes) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    private final long maxBytes;
    private final Consumer<Line> lines;
    private byte[] begun = new byte[0];
    private int size;
    private long taken;
    private boolean tooLong;
    private long number;

    LineSplitter(long maxBytes, Consumer<Line> lines) {
        this.maxBytes = maxBytes;
        this.lines = lines;
    }

    void add(byte[] chunk) {
        int from = 0;
        for (int i = 0; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                append(chunk, from, i);
                taken++;
                emit();
                from = i + 1;
            }
        }
        append(chunk, from, chunk.length);
    }

    /** The stream has ended: what is left is a line too. */
    void end() {
        if (taken > 0) {
            emit();
        }
    }

    private void append(byte[] chunk, int from, int to) {
        int more = to - from;
        taken += more;
        tooLong |= (long) size + more > maxBytes;
        if (tooLong) {
            size = 0;
            begun = new byte[0];
            return;
        }
        if (begun.length < size + more) {
            begun = Arrays.copyOf(begun, Math.max(size + more, (int) Math.min(maxBytes, begun.length * 2L)));
        }
        System.arraycopy(chunk, from, begun, size, more);
        size += more;
    }

    private void emit() {
        Line line = new Line(++number, tooLong ? null : Arrays.copyOf(begun, size), taken);
        begun = new byte[0];
        size = 0;
        taken = 0;
        tooLong = false;
        lines.accept(line);
    }
}
