package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.StageNames.DECODE;
import static io.sightline.processors.recognition.StageNames.DETECT;
import static io.sightline.processors.recognition.StageNames.EMBED;
import static io.sightline.processors.recognition.StageNames.LOOKUP;

import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.embed.GalleryCropper;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.image.DecodeFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.lookup.LookupFunction;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.stage.BatchFunctionFactory;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.Tracer;
import io.sightline.schemas.request.RequestLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The engines of all stages, shared by the recognition of requests and the indexing of gallery pictures. Owns and closes them.
 *
 * @param models by stage
 * @param galleryView how gallery pictures are made ready for the embedder
 * @param galleryModel whose embeddings galleries hold
 */
public record RecognitionStages(
        StageEngine<byte[], DecodedImage> decode,
        StageEngine<DecodedImage, List<DetectedBox>> detect,
        StageEngine<Crop, float[]> embed,
        StageEngine<LookupRequest, GallerySearch> lookup,
        Map<String, ModelInfo> models,
        GalleryView galleryView,
        GalleryModel galleryModel) implements AutoCloseable {

    /**
     * Starts the stages with their real functions. A stage that can't start closes those that have.
     *
     * @param index searched by the lookup stage; stays the caller's
     * @throws io.sightline.processors.stage.StageStartException a session or the decoder could not be made
     */
    public static RecognitionStages open(RecognitionModels models, RecognitionSettings settings, RequestLimits limits, GalleryIndex index, Tracer tracer) {
        ImageDecoder decoder = new ImageDecoder(limits, new PixelBudget(settings.maxLivePixels(), settings.maxPixelsWaitMs()));
        int mostDetections = settings.pipelines().values().stream().mapToInt(PipelineSettings::maxDetections).max().orElseThrow();
        DetectSettings detectSettings = DetectSettings.of(models.detector().spec(), mostDetections);
        List<AutoCloseable> started = new ArrayList<>();
        try {
            return new RecognitionStages(
                    start(started, tracer, DECODE, settings.decode(), lane -> new DecodeFunction(decoder)),
                    start(started, tracer, DETECT, settings.detect(), lane -> new DetectFunction(models.detector(), detectSettings, settings.detect().maxBatch())),
                    start(started, tracer, EMBED, settings.embed(), lane -> new EmbedFunction(models.embedder(), settings.embed().maxBatch())),
                    start(started, tracer, LOOKUP, settings.lookup(), lane -> new LookupFunction(index)),
                    models.infos(), new CroppedGalleryView(new GalleryCropper(models.embedder().spec().gallery())), models.galleryModel());
        } catch (RuntimeException e) {
            started.forEach(stage -> {
                try {
                    stage.close();
                } catch (Exception suppressed) {
                    e.addSuppressed(suppressed);
                }
            });
            throw e;
        }
    }

    private static <I, O> StageEngine<I, O> start(List<AutoCloseable> started, Tracer tracer, String stage, StageSettings settings,
            BatchFunctionFactory<I, O> factory) {
        StageEngine<I, O> engine = StageEngine.start(stage, settings, factory, tracer.stage(stage));
        started.add(engine);
        return engine;
    }

    /** False once a stage is broken: the process should end. */
    public boolean healthy() {
        return decode.healthy() && detect.healthy() && embed.healthy() && lookup.healthy();
    }

    /** Each stage finishes what waits before the one behind it is closed. Harmless when closed already. */
    @Override
    public void close() {
        decode.close();
        detect.close();
        embed.close();
        lookup.close();
    }
}
