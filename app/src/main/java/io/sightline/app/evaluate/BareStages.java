package io.sightline.app.evaluate;

import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.embed.GalleryCropper;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.model.GalleryIndexing;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.util.List;

/** The product's own stages, called one after the other, one item at a time, their times kept. Used by one thread. */
final class BareStages implements AutoCloseable {
    /** Detections are kept from this score on, so that the whole precision-recall curve is seen. */
    static final float FLOOR = 0.05f;
    private static final int MOST_DETECTIONS = 1000;
    private static final int DECODE_PATIENCE_MS = 30_000;

    private final Timings detectorTimes = new Timings();
    private final Timings embedderTimes = new Timings();
    private final EvaluationSetup setup;
    private final ImageDecoder decoder;
    private final DetectSettings shipped;
    private final DetectFunction detect;
    private final EmbedFunction embed;

    BareStages(EvaluationSetup setup) {
        this.setup = setup;
        this.decoder = new ImageDecoder(setup.limits(), new PixelBudget(setup.limits().maxImagePixels(), DECODE_PATIENCE_MS));
        this.shipped = setup.detector().map(d -> DetectSettings.of(d.spec(), MOST_DETECTIONS)).orElse(null);
        this.embed = new EmbedFunction(setup.embedder(), 1);
        this.detect = setup.detector().map(d -> new DetectFunction(d, lowered(), 1)).orElse(null);
    }

    private DetectSettings lowered() {
        return new DetectSettings(Math.min(FLOOR, shipped.scoreThreshold()), shipped.nmsIou(), MOST_DETECTIONS);
    }

    GalleryModel galleryModel() {
        return new GalleryModel(setup.embedder().spec().id(), setup.embedder().spec().outputAs(ModelOutput.Embedding.class).dimension());
    }

    float scoreThreshold() {
        return shipped.scoreThreshold();
    }

    Timings detectorTimes() {
        return detectorTimes;
    }

    Timings embedderTimes() {
        return embedderTimes;
    }

    /** The caller closes the picture. */
    DecodedImage decode(byte[] file) throws UnreadablePictureException, InterruptedException {
        return value(decoder.decode(file));
    }

    /** All boxes from {@link #FLOOR} on, best first. Those from the shipped threshold on are what the product finds. */
    List<DetectedBox> detect(DecodedImage image) throws Exception {
        long start = System.nanoTime();
        List<DetectedBox> boxes = value(detect.apply(List.of(image), new BatchClock()).get(0));
        detectorTimes.add(System.nanoTime() - start);
        return boxes;
    }

    /** What the product finds. */
    List<DetectedBox> found(DecodedImage image) throws Exception {
        return detect(image).stream().filter(box -> box.score() >= shipped.scoreThreshold()).toList();
    }

    float[] embed(Crop crop) throws Exception {
        long start = System.nanoTime();
        float[] vector = value(embed.apply(List.of(crop), new BatchClock()).get(0));
        embedderTimes.add(System.nanoTime() - start);
        return vector;
    }

    /** What the product embeds of a gallery picture. */
    Crop galleryCrop(DecodedImage picture, GalleryIndexing indexing) throws Exception {
        GalleryCropper cropper = new GalleryCropper(indexing);
        if (!cropper.detects()) {
            return Crop.whole(picture);
        }
        try (DecodedImage widened = cropper.forDetection(picture)) {
            return cropper.crop(picture, found(widened));
        }
    }

    private static <T> T value(StageResult<T> result) throws UnreadablePictureException {
        if (result instanceof StageResult.Accepted<T> accepted) {
            return accepted.value();
        }
        throw new UnreadablePictureException(((StageResult.Rejected<T>) result).message());
    }

    @Override
    public void close() {
        embed.close();
        if (detect != null) {
            detect.close();
        }
    }
}
