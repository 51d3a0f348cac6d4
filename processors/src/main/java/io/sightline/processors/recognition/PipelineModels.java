package io.sightline.processors.recognition;

import io.sightline.processors.model.ModelRuntime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The models of one pipeline; those of stages that it does not have are empty. */
public record PipelineModels(Optional<ModelRuntime> detector, Optional<ModelRuntime> classifier, Optional<ModelRuntime> embedder) {
    /** By stage. */
    Map<String, ModelInfo> infos() {
        Map<String, ModelInfo> infos = new TreeMap<>();
        detector.ifPresent(model -> infos.put(StageNames.DETECT, info(model)));
        classifier.ifPresent(model -> infos.put(StageNames.CLASSIFY, info(model)));
        embedder.ifPresent(model -> infos.put(StageNames.EMBED, info(model)));
        return infos;
    }

    private static ModelInfo info(ModelRuntime model) {
        return new ModelInfo(model.spec().id(), model.device().toString());
    }
}
