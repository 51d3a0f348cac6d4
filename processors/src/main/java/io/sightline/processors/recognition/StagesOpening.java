package io.sightline.processors.recognition;

import io.sightline.processors.classify.ClassifyFunction;
import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.embed.GalleryCropper;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.image.DecodeFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.lookup.LookupFunction;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.model.GalleryIndexing;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.stage.BatchFunctionFactory;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.Tracer;
import io.sightline.schemas.request.RequestLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the engines of all pipelines. Pipelines that agree in a stage's model, device, numbers and batching share it. An engine of the default
 * pipeline is named after its stage, {@code detect}; one that only others use after the first of them, {@code faces.detect}. Used once.
 */
final class StagesOpening {
    private record DetectKey(ModelRuntime model, DetectSettings numbers, StageSettings batching) {
    }

    private record ModelKey(ModelRuntime model, StageSettings batching) {
    }

    private final PipelinePlan plan;
    private final RequestLimits limits;
    private final GalleryIndex index;
    private final Tracer tracer;
    private final List<StageEngine<?, ?>> started = new ArrayList<>();
    private final Map<DetectKey, StageEngine<DecodedImage, List<DetectedBox>>> detects = new LinkedHashMap<>();
    private final Map<ModelKey, StageEngine<ClassifyItem, List<ScoredClass>>> classifies = new LinkedHashMap<>();
    private final Map<ModelKey, StageEngine<Crop, float[]>> embeds = new LinkedHashMap<>();

    StagesOpening(PipelinePlan plan, RequestLimits limits, GalleryIndex index, Tracer tracer) {
        this.plan = plan;
        this.limits = limits;
        this.index = index;
        this.tracer = tracer;
    }

    RecognitionStages open() {
        RecognitionSettings settings = plan.settings();
        ImageDecoder decoder = new ImageDecoder(limits, new PixelBudget(settings.maxLivePixels(), settings.maxPixelsWaitMs()));
        try {
            StageEngine<byte[], DecodedImage> decode = start(StageNames.DECODE, settings.decode(), lane -> new DecodeFunction(decoder));
            Map<String, Pipeline> pipelines = new HashMap<>();
            pipelines.put(settings.defaultPipeline(), pipeline(plan.defaultRules()));
            plan.rules().forEach((name, rules) -> pipelines.computeIfAbsent(name, missing -> pipeline(rules)));
            StageEngine<LookupRequest, GallerySearch> lookup = start(StageNames.LOOKUP, settings.lookup(), lane -> new LookupFunction(index));
            List<StageEngine<?, ?>> between = new ArrayList<>(detects.values());
            between.addAll(classifies.values());
            between.addAll(embeds.values());
            return new RecognitionStages(decode, between, lookup, pipelines, plan.galleries());
        } catch (RuntimeException e) {
            started.forEach(stage -> {
                try {
                    stage.close();
                } catch (RuntimeException suppressed) {
                    e.addSuppressed(suppressed);
                }
            });
            throw e;
        }
    }

    private Pipeline pipeline(PipelineRules rules) {
        PipelineModels models = plan.models().of(rules.name());
        GalleryIndexing indexing = models.embedder().filter(embedder -> rules.does(PipelineStage.DETECT)).map(embedder -> embedder.spec().gallery())
                .orElse(GalleryIndexing.WHOLE);
        return new Pipeline(rules,
                models.detector().map(model -> detect(rules, model)),
                models.classifier().map(model -> classify(rules, model)),
                models.embedder().map(model -> embed(rules, model)),
                models.infos(), new CroppedGalleryView(new GalleryCropper(indexing)));
    }

    private StageEngine<DecodedImage, List<DetectedBox>> detect(PipelineRules rules, ModelRuntime model) {
        StageSettings batching = batching(rules, StageNames.DETECT, plan.settings().detect());
        DetectSettings numbers = rules.detect().orElseThrow();
        return detects.computeIfAbsent(new DetectKey(model, numbers, batching),
                key -> start(name(rules, StageNames.DETECT), batching, lane -> new DetectFunction(model, numbers, batching.maxBatch())));
    }

    private StageEngine<ClassifyItem, List<ScoredClass>> classify(PipelineRules rules, ModelRuntime model) {
        StageSettings batching = batching(rules, StageNames.CLASSIFY, plan.settings().classify());
        return classifies.computeIfAbsent(new ModelKey(model, batching),
                key -> start(name(rules, StageNames.CLASSIFY), batching, lane -> new ClassifyFunction(model, batching.maxBatch())));
    }

    private StageEngine<Crop, float[]> embed(PipelineRules rules, ModelRuntime model) {
        StageSettings batching = batching(rules, StageNames.EMBED, plan.settings().embed());
        return embeds.computeIfAbsent(new ModelKey(model, batching),
                key -> start(name(rules, StageNames.EMBED), batching, lane -> new EmbedFunction(model, batching.maxBatch())));
    }

    private StageSettings batching(PipelineRules rules, String stage, StageSettings usual) {
        return Optional.ofNullable(plan.settings().pipelines().get(rules.name()).batching().get(stage)).map(own -> own.over(usual)).orElse(usual);
    }

    private String name(PipelineRules rules, String stage) {
        return rules.name().equals(plan.settings().defaultPipeline()) ? stage : rules.name() + "." + stage;
    }

    private <I, O> StageEngine<I, O> start(String name, StageSettings settings, BatchFunctionFactory<I, O> factory) {
        StageEngine<I, O> engine = StageEngine.start(name, settings, factory, tracer.stage(name));
        started.add(engine);
        return engine;
    }
}
