package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.prepare.Extent;
import io.sightline.processors.shitu.ShituSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A pipeline's numbers, all of them settled: what the settings say, else the profile, else the models.
 *
 * @param detect what becomes of the detector's candidates; empty: nothing is detected
 * @param resultNms IoU above which the thing with the worse match is dropped; empty: all stay
 * @param topK most matches, or classes, of a thing
 * @param matchThreshold smallest cosine of a match
 * @param classThreshold smallest score of a class
 * @param embedder the model whose vectors it makes; empty: it embeds nothing
 * @param classifierInput what its classifier takes, pixels; empty: it classifies nothing
 */
public record PipelineRules(String name, List<PipelineStage> stages, Optional<DetectSettings> detect, boolean wholeImage, OptionalDouble resultNms,
        int topK, double matchThreshold, double classThreshold, boolean distinctLabels, boolean embeddings, String gallery, Optional<GalleryModel> embedder, Optional<Extent> classifierInput) {
    private static final int MAX_DETECTIONS = 100;
    private static final int TOP_K = 5;
    /** Where neither pipeline nor embedder says. */
    public static final double MATCH_THRESHOLD = 0.5;

    public static PipelineRules of(String name, PipelineSettings settings, PipelineModels models) {
        boolean shitu = settings.isShitu();
        ShituSettings stock = ShituSettings.STOCK;
        Optional<DetectSettings> detect = models.detector().map(model -> {
            DetectionOutput own = model.spec().outputAs(DetectionOutput.class);
            return new DetectSettings(
                    settings.detectionThreshold().map(Double::floatValue).orElse(shitu ? stock.detThreshold() : own.scoreThreshold()),
                    settings.detectionNms().map(Double::floatValue).orElse(shitu ? 1f : own.nmsIou()),
                    settings.maxDetections().orElse(shitu ? stock.maxDetResults() : MAX_DETECTIONS), shitu);
        });
        Optional<GalleryModel> embedder = models.embedder().map(model ->
                new GalleryModel(model.spec().id(), model.spec().outputAs(ModelOutput.Embedding.class).dimension()));
        double ownCosine = models.embedder().map(model -> model.spec().cosineThreshold()).orElse(OptionalDouble.empty()).orElse(MATCH_THRESHOLD);
        double ownClass = models.classifier().map(model -> (double) model.spec().outputAs(ModelOutput.Classes.class).scoreThreshold()).orElse(0.0);
        boolean looksUp = settings.does(PipelineStage.LOOKUP);
        return new PipelineRules(name, settings.stages(), detect,
                settings.wholeImage().orElse(shitu),
                settings.resultNms().map(OptionalDouble::of).orElse(shitu && looksUp ? OptionalDouble.of(stock.recNmsIou()) : OptionalDouble.empty()),
                settings.topK().orElse(shitu ? 1 : TOP_K),
                settings.matchThreshold().orElse(shitu ? stock.recThreshold() : ownCosine),
                settings.classThreshold().orElse(ownClass),
                settings.distinctLabels(),
                settings.embeddings() || settings.does(PipelineStage.EMBED) && !looksUp,
                settings.gallery(), embedder, models.classifier().map(model -> model.spec().pictureSize()));
    }

    public boolean does(PipelineStage stage) {
        return stages.contains(stage);
    }
}
