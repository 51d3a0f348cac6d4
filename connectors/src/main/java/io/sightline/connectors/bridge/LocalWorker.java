package io.sightline.connectors.bridge;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a bridge knows of the worker in its own process.
 *
 * @param models by pipeline
 * @param index what the worker's index has of a gallery: thread-safe, may block for seconds; empty where there is no worker
 */
public record LocalWorker(Map<String, PipelineModels> models, Optional<Function<String, GalleryIndexState>> index) {
    /** There is no worker in this process. */
    public static final LocalWorker NONE = new LocalWorker(Map.of(), Optional.empty());
}
