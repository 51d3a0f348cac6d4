package io.sightline.connectors.results;

import io.sightline.schemas.RecognitionResult;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;

/** Results of an Avro object container file. */
final class ResultBlocks implements ResultReader {
    private final Path file;
    private final DataFileReader<RecognitionResult> blocks;
    private final long bytes;

    ResultBlocks(Path file) {
        this.file = file;
        try {
            this.bytes = Files.size(file);
            this.blocks = new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(ResultFiles.SCHEMA, ResultFiles.SCHEMA, ResultFiles.MODEL));
        } catch (IOException e) {
            throw ResultFiles.unreadable(file, e);
        } catch (AvroRuntimeException e) {
            throw new ResultFileException(file, "no readable Avro file, " + e.getMessage() + " (expected: an Avro object container file of " + ResultFiles.SCHEMA.getFullName() + ")", e);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            if (blocks.hasNext()) {
                return true;
            }
        } catch (RuntimeException e) {
            throw broken(e);
        }
        if (blockStart() < bytes) {
            throw broken(new EOFException("it is cut off")); // to Avro itself a torn block is the end
        }
        return false;
    }

    @Override
    public RecognitionResult next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            return blocks.next();
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private ResultFileException broken(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new ResultFileException(file, "block at byte " + blockStart() + ": can't be read, " + cause + " (expected: a whole block of " + ResultFiles.SCHEMA.getFullName() + ")", e);
    }

    /** Where the block that is being read, or could not be, begins. */
    long blockStart() {
        return blocks.previousSync();
    }

    @Override
    public void close() {
        try {
            blocks.close();
        } catch (IOException e) {
            throw ResultFiles.unreadable(file, e);
        }
    }
}
