package io.sightline.processors.recognition;

import io.sightline.processors.stage.StageSettings;
import io.sightline.schemas.settings.Setting;
import java.util.Map;

/** The stages, and the pipelines made of them. */
public record RecognitionSettings(
        @Setting(doc = "Pipelines by name. Without any there is one, `recognition`, with the defaults.") Map<String, PipelineSettings> pipelines,
        @Setting(doc = "Pipeline of a request that names none.", def = "recognition", affectsResults = true) String defaultPipeline,
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
}
