package io.sightline.connectors.results;

import io.sightline.connectors.csv.CsvText;
import io.sightline.schemas.RecognitionResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/** Results as lines of text. */
final class TextResults implements ResultWriter {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] LINE_END = {'\n'};
    private final Path file;
    private final FileChannel channel;
    private final OutputStream out;
    private final Function<RecognitionResult, byte[]> line;
    private final byte[] lineEnd;
    /** What could not be written whole is not begun again behind its own beginning. */
    private boolean broken;

    TextResults(Path file, FileChannel channel, Function<RecognitionResult, byte[]> line, byte[] lineEnd) {
        this.file = file;
        this.channel = channel;
        this.line = line;
        this.lineEnd = lineEnd;
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
    }

    private static FileChannel open(Path file, boolean isNew) {
        try {
            return FileChannel.open(file, StandardOpenOption.WRITE, isNew ? StandardOpenOption.CREATE_NEW : StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
    }

    static TextResults json(Path file, boolean isNew) {
        return json(file, open(file, isNew));
    }

    static TextResults json(Path file, FileChannel channel) {
        return new TextResults(file, channel, ResultJson::toWholeBytes, LINE_END);
    }

    static TextResults csv(Path file, boolean isNew) {
        TextResults results = new TextResults(file, open(file, isNew), result -> ResultRow.of(result).getBytes(StandardCharsets.UTF_8), new byte[0]);
        try {
            if (results.channel.size() == 0) {
                results.out.write(CsvText.row(ResultRow.COLUMNS).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
        return results;
    }

    @Override
    public void write(RecognitionResult result) {
        try {
            out.write(line.apply(result));
            out.write(lineEnd);
        } catch (IOException e) {
            broken = true;
            throw ResultFiles.unwritable(file, e);
        }
    }

    @Override
    public long sync() {
        try {
            out.flush();
            channel.force(false);
            return channel.size();
        } catch (IOException e) {
            broken = true;
            throw ResultFiles.unwritable(file, e);
        }
    }

    @Override
    public void close() {
        try (channel) {
            if (!broken) {
                sync();
            }
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
    }
}
