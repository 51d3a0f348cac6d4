package io.sightline.app.run;

import io.sightline.app.config.SightlineConfig;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.embed.GalleryCropper;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.image.DecodeFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.lookup.LookupFunction;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.recognition.GalleryView;
import io.sightline.processors.recognition.ModelInfo;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.RecognitionStages;
import io.sightline.processors.recognition.StageNames;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.tracer.Tracer;
import java.util.List;
import java.util.Map;

/** The models of a configuration, and the stages made of them. */
record ModelSet(ModelSpec detector, ModelSpec embedder) {
    static ModelSet load(SightlineConfig config) {
        PipelineSettings pipeline = config.pipelines().get(config.defaultPipeline());
        return new ModelSet(ModelFolder.load(config.models().resolvedFolder(), pipeline.detector()),
                ModelFolder.load(config.models().resolvedFolder(), pipeline.embedder()));
    }

    int dimension() {
        return embedder.outputAs(ModelOutput.Embedding.class).dimension();
    }

    RecognitionStages open(SightlineConfig config, GalleryIndex index, Tracer tracer) {
        ModelRuntime detect = ModelRuntime.of(detector, config.models().runtime());
        ModelRuntime embed = ModelRuntime.of(embedder, config.models().runtime());
        ImageDecoder decoder = new ImageDecoder(config.limits(), new PixelBudget(config.stages().maxDecodedPixels(), 60_000));
        DetectSettings detections = DetectSettings.of(detector, config.pipelines().get(config.defaultPipeline()).maxDetections());
        GalleryCropper cropper = new GalleryCropper(embedder.gallery());
        var stages = config.stages();
        return new RecognitionStages(
                StageEngine.start(StageNames.DECODE, stages.decode(), lane -> new DecodeFunction(decoder), tracer.stage(StageNames.DECODE)),
                StageEngine.start(StageNames.DETECT, stages.detect(), lane -> new DetectFunction(detect, detections, stages.detect().maxBatch()), tracer.stage(StageNames.DETECT)),
                StageEngine.start(StageNames.EMBED, stages.embed(), lane -> new EmbedFunction(embed, stages.embed().maxBatch()), tracer.stage(StageNames.EMBED)),
                StageEngine.start(StageNames.LOOKUP, stages.lookup(), lane -> new LookupFunction(index), tracer.stage(StageNames.LOOKUP)),
                Map.of(StageNames.DETECT, new ModelInfo(detector.id(), detect.device().toString()),
                        StageNames.EMBED, new ModelInfo(embedder.id(), embed.device().toString())),
                new Cropper(cropper), dimension());
    }

    private record Cropper(GalleryCropper cropper) implements GalleryView {
        @Override
        public boolean detects() {
            return cropper.detects();
        }

        @Override
        public DecodedImage forDetection(DecodedImage original) {
            return cropper.forDetection(original);
        }

        @Override
        public Crop crop(DecodedImage original, List<DetectedBox> boxes) {
            return cropper.crop(original, boxes);
        }
    }
}
