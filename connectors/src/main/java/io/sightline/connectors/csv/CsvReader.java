package io.sightline.connectors.csv;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads rows of comma-separated values as RFC 4180 has them, UTF-8, one at a time; empty lines are passed over, a byte order mark too. Used by one thread.
 * Errors are IllegalArgumentExceptions that say what was seen and what was expected; {@link #line()} says where.
 */
public final class CsvReader implements AutoCloseable {
    private static final int MAX_ROW_BYTES = 16 << 20;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private final InputStream in;
    private final ByteArrayOutputStream cell = new ByteArrayOutputStream();
    private List<String> cells = new ArrayList<>();
    private long position;
    private long line = 1;
    private long rowLine = 1;
    private int rowBytes;
    private int ahead = -2;

    public CsvReader(InputStream in) throws IOException {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.in.mark(BYTE_ORDER_MARK.length);
        if (java.util.Arrays.equals(this.in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
            position = BYTE_ORDER_MARK.length;
        } else {
            this.in.reset();
        }
    }

    /** Line on which the last row began, from 1. */
    public long line() {
        return rowLine;
    }

    /** Bytes up to the end of the last row, its line end with it. */
    public long position() {
        return position;
    }

    /**
     * The next row; null: there is none.
     *
     * @param whole true: a last row without its line end counts as none
     */
    public List<String> row(boolean whole) throws IOException {
        cells = new ArrayList<>();
        rowBytes = 0;
        rowLine = line;
        while (true) {
            int c = next();
            if (c == '"' && cell.size() == 0) {
                c = quoted(whole);
                if (c == -1 && whole) {
                    return null;
                }
                if (c != -1 && c != ',' && c != '\n' && c != '\r') {
                    throw new IllegalArgumentException("'" + (char) c + "' behind a closing quote (expected: a comma or the end of the line)");
                }
            }
            if (c == ',') {
                endCell();
            } else if (c == '\n' || c == '\r' || c == -1) {
                if (c == '\r' && peek() == '\n') {
                    next();
                }
                if (c == -1 && (whole || rowBytes == 0)) {
                    return null;
                }
                if (c == -1 || !cells.isEmpty() || cell.size() > 0 || rowBytes > 2) {
                    endCell();
                    position += rowBytes;
                    return cells;
                }
                position += rowBytes; // an empty line
                rowBytes = 0;
                rowLine = line;
            } else {
                cell.write(c);
            }
        }
    }

    /** Reads up to the closing quote into the cell. @return what is behind it */
    private int quoted(boolean whole) throws IOException {
        while (true) {
            int c = next();
            if (c == -1) {
                if (whole) {
                    return -1;
                }
                throw new IllegalArgumentException("the end of the file within quotes (expected: a closing quote)");
            }
            if (c == '"') {
                if (peek() != '"') {
                    return next();
                }
                next();
            }
            cell.write(c);
        }
    }

    private void endCell() {
        try {
            cells.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(cell.toByteArray())).toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("bytes that are no UTF-8 (expected: text)", e);
        }
        cell.reset();
    }

    private int peek() throws IOException {
        if (ahead == -2) {
            ahead = in.read();
        }
        return ahead;
    }

    private int next() throws IOException {
        int c = peek();
        ahead = -2;
        if (c == -1) {
            ahead = -1;
            return -1;
        }
        if (++rowBytes > MAX_ROW_BYTES) {
            throw new IllegalArgumentException("a row of more than " + MAX_ROW_BYTES + " bytes (expected: at most that; a quote that is not closed?)");
        }
        if (c == '\n') {
            line++;
        }
        return c;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
