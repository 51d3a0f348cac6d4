package io.sightline.processors.recognition;

import io.sightline.processors.model.ModelStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pipelines as they will run: settings, models and numbers settled, checked against one another; nothing started yet. Immutable.
 *
 * @param rules by pipeline
 */
public record PipelinePlan(RecognitionSettings settings, RecognitionModels models, Map<String, PipelineRules> rules, GalleryPlan galleries) {
    /**
     * @throws io.sightline.processors.model.ModelException a model that is not there, not usable, or not fit for its stage
     * @throws IllegalArgumentException pipelines that can't be together
     */
    public static PipelinePlan of(RecognitionSettings settings, ModelStore store) {
        RecognitionModels models = RecognitionModels.load(settings, store);
        Map<String, PipelineRules> rules = new LinkedHashMap<>();
        new TreeMap<>(settings.pipelines()).forEach((name, pipeline) -> rules.put(name, PipelineRules.of(name, pipeline, models.of(name))));
        return new PipelinePlan(settings, models, rules, new GalleryPlan(settings, rules));
    }

    public PipelineRules defaultRules() {
        return rules.get(settings.defaultPipeline());
    }

    public PipelineModels defaultModels() {
        return models.of(settings.defaultPipeline());
    }
}
