package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** The key {@code tracer}. */
public record TracerSection(
        @Setting(doc = "Length of a tracer window, seconds.", def = "10", min = 1, max = TracerSection.MAX_INTERVAL_S) int intervalS,
        @Setting(doc = "File that each window of a worker is appended to as a block of text, in the form of Paddle Serving's; relative to the working directory. A file of its own for each worker there. Empty: none.", def = "PipelineServingLogs/pipeline.tracer") String file,
        @Setting(doc = "Largest size of that file, bytes; then it is renamed to <file>.1, the one before it to .2 and so on.", def = "10485760", min = 65536, max = 1099511627776.0) long maxFileBytes,
        @Setting(doc = "Most renamed files kept; the oldest is deleted. 0: none.", def = "5", min = 0, max = 1000) int maxOldFiles) {
    /** The longest window. */
    public static final int MAX_INTERVAL_S = 3600;

    /** Where the blocks go; empty: nowhere. */
    public Optional<Path> path() {
        return file.isBlank() ? Optional.empty() : Optional.of(Path.of(file));
    }
}
