package io.sightline.processors.recognition;

import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.RuntimeSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** The models that the pipelines name, loaded and checked; sessions are opened by the stages' lanes. Immutable. */
public record RecognitionModels(ModelRuntime detector, ModelRuntime embedder) {
    /**
     * @param modelsDir holds {@code <name>/<version>/model.yaml}
     * @throws io.sightline.processors.model.ModelException a model that is not there or not usable
     * @throws IllegalArgumentException pipelines that name different detectors or embedders
     */
    public static RecognitionModels load(RecognitionSettings settings, RuntimeSettings runtime, Path modelsDir) {
        String detector = theOnly("detector", settings, PipelineSettings::detector);
        String embedder = theOnly("embedder", settings, PipelineSettings::embedder);
        return new RecognitionModels(ModelRuntime.of(ModelFolder.load(modelsDir, detector), runtime),
                ModelRuntime.of(ModelFolder.load(modelsDir, embedder), runtime));
    }

    private static String theOnly(String what, RecognitionSettings settings, Function<PipelineSettings, String> name) {
        List<String> names = List.copyOf(new TreeSet<>(settings.pipelines().values().stream().map(name).toList()));
        if (names.size() != 1) {
            throw new IllegalArgumentException("pipelines: the " + what + "s " + String.join(", ", names) + " (expected: one for all pipelines)");
        }
        return names.get(0);
    }

    /** The model whose embeddings galleries hold. */
    public GalleryModel galleryModel() {
        return new GalleryModel(embedder.spec().id(), embedder.spec().outputAs(ModelOutput.Embedding.class).dimension());
    }

    /** By stage. */
    public Map<String, ModelInfo> infos() {
        return Map.of(StageNames.DETECT, info(detector), StageNames.EMBED, info(embedder));
    }

    private static ModelInfo info(ModelRuntime model) {
        return new ModelInfo(model.spec().id(), model.device().toString());
    }
}
