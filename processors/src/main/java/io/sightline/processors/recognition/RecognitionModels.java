package io.sightline.processors.recognition;

import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The models that the pipelines name, loaded and checked, by pipeline; sessions are opened by the stages' lanes. Immutable. */
public record RecognitionModels(Map<String, PipelineModels> byPipeline) {
    public RecognitionModels {
        byPipeline = Map.copyOf(byPipeline);
    }

    /** @throws ModelException a model that is not there, not usable, or not fit for its stage; the message names the pipeline */
    public static RecognitionModels load(RecognitionSettings settings, ModelStore store) {
        Map<String, PipelineModels> byPipeline = new LinkedHashMap<>();
        new TreeMap<>(settings.pipelines()).forEach((name, pipeline) -> {
            try {
                byPipeline.put(name, load(pipeline, store));
            } catch (ModelException | IllegalArgumentException e) {
                throw new ModelException("pipelines." + name + ": " + e.getMessage(), e);
            }
        });
        return new RecognitionModels(byPipeline);
    }

    private static PipelineModels load(PipelineSettings pipeline, ModelStore store) {
        PipelineModels models = new PipelineModels(
                model(pipeline, PipelineStage.DETECT, Optional.of(pipeline.detector()), store),
                model(pipeline, PipelineStage.CLASSIFY, pipeline.classifier(), store),
                model(pipeline, PipelineStage.EMBED, Optional.of(pipeline.embedder()), store));
        models.detector().ifPresent(model -> model.spec().outputAs(DetectionOutput.class));
        models.classifier().ifPresent(model -> model.spec().outputAs(ModelOutput.Classes.class));
        models.embedder().ifPresent(model -> model.spec().outputAs(ModelOutput.Embedding.class));
        if (models.embedder().isPresent() && models.embedder().get().spec().aligned() && models.detector().isPresent()
                && !(models.detector().get().spec().output() instanceof DetectionOutput.YuNet)) {
            throw new ModelException("embedder " + models.embedder().get().spec().id() + ": aligns faces by their landmarks, and detector "
                    + models.detector().get().spec().id() + " finds none (expected: a detector with the decoder yunet, or no stage detect)");
        }
        return models;
    }

    private static Optional<ModelRuntime> model(PipelineSettings pipeline, PipelineStage stage, Optional<String> name, ModelStore store) {
        return name.filter(model -> pipeline.does(stage)).map(model -> store.open(model, pipeline.device()));
    }

    public PipelineModels of(String pipeline) {
        return byPipeline.get(pipeline);
    }
}
