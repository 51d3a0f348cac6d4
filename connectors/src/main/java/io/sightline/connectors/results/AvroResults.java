package io.sightline.connectors.results;

import io.sightline.schemas.RecognitionResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/** Results as an Avro object container file. */
final class AvroResults implements ResultWriter {
    private static final int DEFLATE_LEVEL = 1;
    private final Path file;
    private final DataFileWriter<RecognitionResult> out;

    private AvroResults(Path file, DataFileWriter<RecognitionResult> out) {
        this.file = file;
        this.out = out;
    }

    private static DataFileWriter<RecognitionResult> writer() {
        return new DataFileWriter<>(new SpecificDatumWriter<RecognitionResult>(ResultFiles.SCHEMA, ResultFiles.MODEL));
    }

    static AvroResults create(Path file) {
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            return new AvroResults(file, writer().setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL)).create(ResultFiles.SCHEMA, file.toFile()));
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
    }

    static AvroResults append(Path file) {
        try {
            return new AvroResults(file, writer().appendTo(file.toFile()));
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
    }

    @Override
    public void write(RecognitionResult result) {
        try {
            out.append(result);
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        } catch (AvroRuntimeException e) {
            throw new ResultFileException(file, "result '" + result.getRequestId() + "' can't be written, " + e.getMessage() + " (expected: every field set)", e);
        }
    }

    @Override
    public long sync() {
        try {
            out.fSync();
            return Files.size(file);
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
    }

    @Override
    public void close() {
        try (out) {
            out.fSync();
        } catch (IOException e) {
            throw ResultFiles.unwritable(file, e);
        }
    }
}
