package io.sightline.processors.recognition;

import io.sightline.processors.stage.StageSettings;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The stages, and the pipelines made of them.
 *
 * @param galleries by gallery
 * @param maxLivePixels most pixels of all decoded pictures alive at a time
 * @param maxPixelsWaitMs longest time a picture keeps a decoding thread waiting for such room, milliseconds
 */
public record RecognitionSettings(Map<String, PipelineSettings> pipelines, String defaultPipeline, Map<String, GallerySettings> galleries,
        long maxLivePixels, long maxPixelsWaitMs, StageSettings decode, StageSettings detect, StageSettings classify, StageSettings embed, StageSettings lookup) {
    public RecognitionSettings {
        pipelines = pipelines == null || pipelines.isEmpty() ? Map.of(PipelineSettings.DEFAULT_NAME, PipelineSettings.DEFAULT) : Map.copyOf(pipelines);
        galleries = Map.copyOf(galleries);
        if (!pipelines.containsKey(defaultPipeline)) {
            throw new IllegalArgumentException("default_pipeline: '" + defaultPipeline + "' (expected: one of " + String.join(", ", pipelines.keySet().stream().sorted().toList()) + ")");
        }
    }

    /** Galleries that requests are sent to without naming them, or that have a section: they exist, be it empty. */
    public Set<String> declaredGalleries() {
        Set<String> names = pipelines.values().stream().filter(pipeline -> pipeline.does(PipelineStage.LOOKUP)).map(PipelineSettings::gallery)
                .collect(Collectors.toSet());
        names.addAll(galleries.keySet());
        return Set.copyOf(names);
    }
}
