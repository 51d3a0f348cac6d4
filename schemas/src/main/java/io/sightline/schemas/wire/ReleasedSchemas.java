package io.sightline.schemas.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The schemas that releases went out with, texts unchanged ({@code schemas/released} of the sources), in the order of the embedded
 * registry's ids. At a release: copy the schemas that changed into a folder of its version and add them here, at the end, in the order of
 * {@link EmbeddedRegistry}'s current schemas (the ids that builds before the release gave them).
 */
final class ReleasedSchemas {
    /** The file at index i has the id i + 1, for ever. */
    static final List<String> FILES = List.of(
            "0.1.0/RecognitionRequest.avsc",
            "0.1.0/RecognitionResult.avsc",
            "0.1.0/GalleryEntry.avsc",
            "0.1.0/GalleryVector.avsc",
            "0.1.0/TracerWindow.avsc");

    private static final String FOLDER = "/io/sightline/schemas/released/";

    private ReleasedSchemas() {
    }

    static List<Schema> load() {
        return FILES.stream().map(ReleasedSchemas::schema).toList();
    }

    private static Schema schema(String file) {
        try (InputStream text = ReleasedSchemas.class.getResourceAsStream(FOLDER + file)) {
            if (text == null) {
                throw new IllegalStateException("released schema: " + FOLDER + file + " is not on the class path (expected: in the jar of sightline-schemas)");
            }
            return new Schema.Parser().parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
