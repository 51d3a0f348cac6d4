package io.sightline.processors.recognition;

import io.sightline.processors.stage.StageSettings;
import io.sightline.schemas.settings.Setting;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The stages, and the pipelines made of them. */
public record RecognitionSettings(
        @Setting(doc = "Pipelines by name. Without any there is one, `recognition`, with the defaults.") Map<String, PipelineSettings> pipelines,
        @Setting(doc = "Pipeline of a request that names none.", def = "recognition", affectsResults = true) String defaultPipeline,
        @Setting(doc = "Most pixels of all decoded pictures alive at a time, 3 bytes of memory each; decoding waits for room. At least limits.max_image_pixels.", def = "134217728", min = 1, max = 2147483647) long maxLivePixels,
        @Setting(doc = "Longest time a picture waits for such room, milliseconds; then it is answered with error 6000.", def = "30000", min = 1, max = 600000) long maxPixelsWaitMs,
        @Setting(doc = "Turns files into pixels.") StageSettings decode,
        @Setting(doc = "Finds things in pictures.") StageSettings detect,
        @Setting(doc = "Makes embeddings of what was found; an item is one thing.") StageSettings embed,
        @Setting(doc = "Looks embeddings up in the gallery; an item is a whole picture.") StageSettings lookup) {
    public RecognitionSettings {
        pipelines = pipelines == null || pipelines.isEmpty() ? Map.of(PipelineSettings.DEFAULT_NAME, PipelineSettings.DEFAULT) : Map.copyOf(pipelines);
        if (!pipelines.containsKey(defaultPipeline)) {
            throw new IllegalArgumentException("default_pipeline: '" + defaultPipeline + "' (expected: one of " + String.join(", ", pipelines.keySet().stream().sorted().toList()) + ")");
        }
    }

    /** Galleries that requests are sent to without naming them: they exist, be it empty. */
    public Set<String> defaultGalleries() {
        return pipelines.values().stream().map(PipelineSettings::gallery).collect(Collectors.toUnmodifiableSet());
    }
}
