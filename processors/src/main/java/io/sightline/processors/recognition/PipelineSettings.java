package io.sightline.processors.recognition;

import io.sightline.schemas.settings.Nearest;
import io.sightline.schemas.settings.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A way for pictures to be worked on, and what a request gets that does not say. What is not set comes from the profile, then from the models. */
public record PipelineSettings(
        @Setting(doc = "What is done with a decoded picture, in this order: detect, classify, embed, lookup. Without detect the whole picture is the one thing in it.", def = "[detect, embed, lookup]", affectsResults = true) List<PipelineStage> stages,
        @Setting(doc = "Name of a set of defaults: pp-shitu, the numbers and steps of PP-ShiTu's server (docs/models.md). Empty: none.", def = "''", affectsResults = true) String profile,
        @Setting(doc = "Model that finds the things in a picture: NAME, a folder under the models folder in its newest version, or NAME@VERSION.", def = "detector", affectsResults = true) String detector,
        @Setting(doc = "Model that makes a thing's embedding. Galleries hold embeddings of one model each, see galleries.", def = "embedder", affectsResults = true) String embedder,
        @Setting(doc = "Model that classifies; needed with the stage classify.", affectsResults = true) Optional<String> classifier,
        @Setting(doc = "Devices of this pipeline's models in the order they are tried: cpu, cuda, cuda:0. Empty: models.runtime.device.", def = "[]") List<String> device,
        @Setting(doc = "Most detections of a picture, the best ones; 100, pp-shitu: 5.", min = 1, max = 300, affectsResults = true) Optional<Integer> maxDetections,
        @Setting(doc = "Smallest score of a detection; the detector's own, pp-shitu: 0.2.", min = 0, max = 1, affectsResults = true) Optional<Double> detectionThreshold,
        @Setting(doc = "Detections of one class that share more than this with a better one (IoU) are dropped; the detector's own, pp-shitu: 1, none is.", min = 0, max = 1, affectsResults = true) Optional<Double> detectionNms,
        @Setting(doc = "The whole picture is one more thing, beside those found; false, pp-shitu: true.", affectsResults = true) Optional<Boolean> wholeImage,
        @Setting(doc = "Things whose best match is worse and that share more than this with another (IoU, +1 pixel) are dropped, and so are things without a match; not done unless set, pp-shitu: 0.05.", min = 0, max = 1, affectsResults = true) Optional<Double> resultNms,
        @Setting(doc = "Gallery matches, or classes, of each thing where a request does not say; 5, pp-shitu: 1.", min = 1, max = 1000, affectsResults = true) Optional<Integer> topK,
        @Setting(doc = "Smallest cosine of a match where a request does not say; the embedder's own (thresholds.cosine), else 0.5, pp-shitu: 0.5.", min = -1, max = 1, affectsResults = true) Optional<Double> matchThreshold,
        @Setting(doc = "Smallest score of a class; the classifier's own.", min = 0, max = 1, affectsResults = true) Optional<Double> classThreshold,
        @Setting(doc = "Of several gallery entries with one label only the best one is a match, where a request does not say.", def = "false", affectsResults = true) boolean distinctLabels,
        @Setting(doc = "Results carry each thing's embedding. Always so in a pipeline with embed and no lookup.", def = "false", affectsResults = true) boolean embeddings,
        @Setting(doc = "Gallery searched where a request does not name one.", def = "default", affectsResults = true) String gallery,
        @Setting(doc = "How this pipeline's stages differ from the section stages, by stage: detect, classify, embed.") Map<String, StageOverride> batching) {
    /** Name of the pipeline that is there without any configuration. */
    public static final String DEFAULT_NAME = "recognition";
    public static final String PP_SHITU = "pp-shitu";
    private static final List<String> PROFILES = List.of("", PP_SHITU);
    private static final List<String> BATCHED = List.of("detect", "classify", "embed");
    public static final PipelineSettings DEFAULT = of(List.of(PipelineStage.DETECT, PipelineStage.EMBED, PipelineStage.LOOKUP), "default");

    public PipelineSettings {
        stages = List.copyOf(stages);
        device = List.copyOf(device);
        batching = Map.copyOf(batching);
        String given = stages.stream().map(PipelineStage::stageName).collect(Collectors.joining(", ", "[", "]"));
        if (stages.isEmpty() || !stages.equals(stages.stream().distinct().sorted().toList())) {
            throw new IllegalArgumentException("stages: " + given + " (expected: some of detect, classify, embed, lookup, in this order)");
        }
        if (stages.contains(PipelineStage.LOOKUP) && !stages.contains(PipelineStage.EMBED)) {
            throw new IllegalArgumentException("stages: " + given + " (expected: embed before lookup)");
        }
        if (stages.contains(PipelineStage.CLASSIFY) && classifier.isEmpty()) {
            throw new IllegalArgumentException("classifier: missing (expected: the model for the stage classify)");
        }
        if (!PROFILES.contains(profile)) {
            throw new IllegalArgumentException("profile: '" + profile + "' (expected: " + PP_SHITU + " or nothing)");
        }
        if (resultNms.isPresent() && !stages.contains(PipelineStage.LOOKUP)) {
            throw new IllegalArgumentException("result_nms: given, stages " + given + " (expected: lookup among the stages)");
        }
        for (String stage : batching.keySet()) {
            if (!BATCHED.contains(stage)) {
                throw new IllegalArgumentException("batching." + stage + ": unknown (expected: " + String.join(", ", BATCHED)
                        + Nearest.to(stage, BATCHED).map(n -> "; nearest: " + n).orElse("") + ")");
            }
        }
    }

    /** The defaults, but for the stages and the gallery. */
    public static PipelineSettings of(List<PipelineStage> stages, String gallery) {
        return new PipelineSettings(stages, "", "detector", "embedder", Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, false, gallery, Map.of());
    }

    /** The same with that model in a stage. @param model NAME or NAME@VERSION */
    public PipelineSettings with(PipelineStage stage, String model) {
        return new PipelineSettings(stages, profile, stage == PipelineStage.DETECT ? model : detector, stage == PipelineStage.EMBED ? model : embedder,
                stage == PipelineStage.CLASSIFY ? Optional.of(model) : classifier, device, maxDetections, detectionThreshold, detectionNms, wholeImage, resultNms, topK, matchThreshold,
                classThreshold, distinctLabels, embeddings, gallery, batching);
    }

    /** The model in a stage, as it is written; empty: the pipeline has no such stage, or it has no model. */
    public Optional<String> model(PipelineStage stage) {
        return !does(stage) ? Optional.empty() : switch (stage) {
            case DETECT -> Optional.of(detector);
            case CLASSIFY -> classifier;
            case EMBED -> Optional.of(embedder);
            case LOOKUP -> Optional.empty();
        };
    }

    public boolean does(PipelineStage stage) {
        return stages.contains(stage);
    }

    boolean isShitu() {
        return profile.equals(PP_SHITU);
    }
}
