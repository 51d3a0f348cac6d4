package io.sightline.app.diff;

import io.sightline.connectors.results.ResultFiles;
import io.sightline.connectors.results.ResultReader;
import io.sightline.schemas.RecognitionResult;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Results of a file, JSON lines or Avro. One that is broken is an error: half a file would look like many differences. */
public record FileResults(String name, Path file) implements ResultSet {
    @Override
    public long each(Consumer<RecognitionResult> use) {
        try (ResultReader reader = ResultFiles.reader(file)) {
            reader.forEachRemaining(use);
            return 0;
        }
    }
}
