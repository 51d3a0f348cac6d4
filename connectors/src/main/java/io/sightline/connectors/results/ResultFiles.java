package io.sightline.connectors.results;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.specific.SpecificData;

/** Files of results. All methods throw {@link ResultFileException} where a file can't be read or written. */
public final class ResultFiles {
    static final SpecificData MODEL = SpecificData.getForClass(RecognitionResult.class);
    static final Schema SCHEMA = RecognitionResult.getClassSchema();

    static {
        // Avro trusts our classes once a codec was made: making records needs that.
        new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    }

    private ResultFiles() {
    }

    /** Makes sure that records can be made. */
    static void prepare() {
        // This class is loaded now.
    }

    /** Reads JSON lines or Avro, whichever it is by its first bytes; not all at once. An empty file has no results. */
    public static ResultReader reader(Path file) {
        return isAvro(file) ? new ResultBlocks(file) : new ResultLines(file);
    }

    private static boolean isAvro(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(DataFileConstants.MAGIC.length), DataFileConstants.MAGIC);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** A new file; there must be none of that name. */
    public static ResultWriter create(Path file, ResultFormat format) {
        return switch (format) {
            case JSONL -> TextResults.json(file, true);
            case CSV -> TextResults.csv(file, true);
            case AVRO -> AvroResults.create(file);
        };
    }

    /** Goes on behind what {@link RecoveredResults#recover} left of a file. */
    public static ResultWriter append(Path file, ResultFormat format) {
        return switch (format) {
            case JSONL -> TextResults.json(file, false);
            case CSV -> TextResults.csv(file, false);
            case AVRO -> AvroResults.append(file);
        };
    }

    static ResultFileException unreadable(Path file, IOException e) {
        String seen = e instanceof NoSuchFileException ? "not there" : Files.isDirectory(file) ? "a folder" : "can't be read, " + e;
        return new ResultFileException(file, seen + " (expected: a file of results, JSON lines or Avro)", e);
    }

    static ResultFileException unwritable(Path file, IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return new ResultFileException(file, "is there already (expected: the name of a new file)", e);
        }
        return new ResultFileException(file, "can't be written, " + e + " (expected: a writable file on a disk with room)", e);
    }
}
