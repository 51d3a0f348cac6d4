package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.prepare.Extent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Pipelines' settings, and the numbers they would have with models whose own are 0.25, 0.5 and 0.6. */
final class TestPipelines {
    static final int DIMENSION = 4;
    static final GalleryModel EMBEDDER = new GalleryModel("namer@2#ba9876543210", DIMENSION);

    static final Extent CLASSIFIER_INPUT = new Extent(4, 2);

    private TestPipelines() {
    }

    static PipelineSettings pipeline(String detector, String embedder, int maxDetections, int topK, double threshold, String gallery) {
        return new PipelineSettings(List.of(PipelineStage.DETECT, PipelineStage.EMBED, PipelineStage.LOOKUP), "", detector, embedder, Optional.empty(), List.of(),
                Optional.of(maxDetections), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(topK), Optional.of(threshold),
                Optional.empty(), false, false, gallery, Map.of());
    }

    static PipelineSettings of(String gallery, PipelineStage... stages) {
        return new PipelineSettings(List.of(stages), "", "detector", "embedder", Optional.of("classifier"), List.of(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, false, gallery, Map.of());
    }

    static PipelineSettings shitu(String gallery) {
        return new PipelineSettings(List.of(PipelineStage.DETECT, PipelineStage.EMBED, PipelineStage.LOOKUP), PipelineSettings.PP_SHITU, "detector", "embedder",
                Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), false, false, gallery, Map.of());
    }

    static PipelineRules rules(String name, PipelineSettings settings) {
        boolean shitu = settings.isShitu();
        return new PipelineRules(name, settings.stages(),
                settings.does(PipelineStage.DETECT) ? Optional.of(new DetectSettings(0.25f, 0.5f, settings.maxDetections().orElse(shitu ? 5 : 100), shitu)) : Optional.empty(),
                settings.wholeImage().orElse(shitu),
                settings.resultNms().map(OptionalDouble::of).orElse(shitu ? OptionalDouble.of(0.05) : OptionalDouble.empty()),
                settings.topK().orElse(shitu ? 1 : 5), settings.matchThreshold().orElse(shitu ? 0.5 : 0.6), settings.classThreshold().orElse(0.0),
                settings.distinctLabels(), settings.embeddings() || settings.does(PipelineStage.EMBED) && !settings.does(PipelineStage.LOOKUP), settings.gallery(),
                settings.does(PipelineStage.EMBED) ? Optional.of(EMBEDDER) : Optional.empty(),
                settings.does(PipelineStage.CLASSIFY) ? Optional.of(CLASSIFIER_INPUT) : Optional.empty());
    }

    static Map<String, PipelineRules> rules(RecognitionSettings settings) {
        Map<String, PipelineRules> rules = new HashMap<>();
        settings.pipelines().forEach((name, pipeline) -> rules.put(name, rules(name, pipeline)));
        return rules;
    }
}
