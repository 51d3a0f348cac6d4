package io.sightline.connectors.results;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The lines of a file, as bytes, one at a time. Used by one thread. */
final class JsonLines implements AutoCloseable {
    /** A result with a hundred embeddings of 2048 numbers is 3 MB. */
    static final int MAX_LINE_BYTES = 64 << 20;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
    private long number;
    private long position;
    private boolean whole = true;

    JsonLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** Of the last line, from 1. */
    long number() {
        return number;
    }

    /** Bytes up to the end of the last line, its line end with it. */
    long position() {
        return position;
    }

    /** Whether the last line had a line end. */
    boolean whole() {
        return whole;
    }

    /**
     * The next line without its line end; null: there is none.
     *
     * @throws IllegalArgumentException where it is too long
     */
    byte[] next() throws IOException {
        line.reset();
        int c = in.read();
        if (c == -1) {
            return null;
        }
        number++;
        while (c != '\n' && c != -1) {
            if (line.size() == MAX_LINE_BYTES) {
                throw new IllegalArgumentException("more than " + MAX_LINE_BYTES + " bytes (expected: a line for each result)");
            }
            line.write(c);
            c = in.read();
        }
        whole = c == '\n';
        position += line.size() + (whole ? 1 : 0);
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
