package io.sightline.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.embed.GalleryCropper;
import io.sightline.processors.image.DecodeFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.synth.GalleryPicture;
import io.sightline.synth.ScenePicture;
import io.sightline.synth.SyntheticWorld;
import io.sightline.synth.TrueObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stages with the project's own models, on drawn scenes whose products the models have never seen. */
class DefaultModelsTest {
    private static final long FROM_IDENTITY = 7_000_000;
    private static final int IDENTITIES = 12;
    private static final int SCENES = 8;

    private static PixelBudget budget;
    private static DecodeFunction decode;
    private static ModelSpec embedder;
    private static DetectFunction detect;
    private static EmbedFunction embed;
    private static int sessionsBefore;
    private static List<ScenePicture> scenes;

    @BeforeAll
    static void open() {
        sessionsBefore = ModelRuntime.openSessions();
        budget = new PixelBudget(RequestLimits.DEFAULT.maxImagePixels(), 10_000);
        decode = new DecodeFunction(new ImageDecoder(RequestLimits.DEFAULT, budget));
        ModelSpec detector = ModelFolder.load(SharedData.models(), "detector");
        embedder = ModelFolder.load(SharedData.models(), "embedder");
        detect = new DetectFunction(ModelRuntime.of(detector, RuntimeSettings.DEFAULT), DetectSettings.of(detector, 20), SCENES);
        embed = new EmbedFunction(ModelRuntime.of(embedder, RuntimeSettings.DEFAULT), 32);
        scenes = IntStream.range(0, SCENES).mapToObj(i -> SyntheticWorld.scene(i, 5, FROM_IDENTITY, IDENTITIES, 640, 480)).toList();
    }

    @AfterAll
    static void shouldLeaveNothingOpen() {
        detect.close();
        embed.close();
        assertThat(ModelRuntime.openSessions()).isEqualTo(sessionsBefore);
        assertThat(budget.freePixels()).isEqualTo(budget.maxPixels());
    }

    @Test
    void shouldFindMostOfTheProductsThatCanBeSeen() {
        // when
        int visible = 0;
        int found = 0;
        for (ScenePicture scene : scenes) {
            try (DecodedImage image = decoded(scene.jpeg())) {
                List<DetectedBox> boxes = one(detect, image);
                assertThat(boxes).isSortedAccordingTo((a, b) -> Float.compare(b.score(), a.score()));
                for (TrueObject object : scene.objects()) {
                    if (object.visible() >= 0.5) {
                        visible++;
                        found += boxes.stream().anyMatch(box -> iou(box, object.box()) >= 0.5) ? 1 : 0;
                    }
                }
            }
        }

        // then
        assertThat(visible).isGreaterThan(10);
        assertThat(found).as("of %d", visible).isGreaterThanOrEqualTo(visible * 8 / 10);
    }

    @Test
    void shouldTellProductsApartByOneGalleryPictureEach() {
        // given
        Map<Long, float[]> gallery = new LinkedHashMap<>();
        GalleryCropper cropper = new GalleryCropper(embedder.gallery());
        for (long identity = FROM_IDENTITY; identity < FROM_IDENTITY + IDENTITIES; identity++) {
            GalleryPicture picture = SyntheticWorld.gallery(identity, 0);
            try (DecodedImage image = decoded(picture.jpeg()); DecodedImage widened = cropper.forDetection(image)) {
                gallery.put(identity, one(embed, cropper.crop(image, one(detect, widened))));
            }
        }

        // when
        int products = 0;
        int right = 0;
        for (ScenePicture scene : scenes) {
            try (DecodedImage image = decoded(scene.jpeg())) {
                for (TrueObject object : scene.objects()) {
                    if (object.visible() >= 0.7) {
                        double[] box = object.box();
                        float[] vector = one(embed, new Crop(image, (int) box[0], (int) box[1], (int) Math.ceil(box[2]), (int) Math.ceil(box[3])));
                        products++;
                        right += nearest(gallery, vector) == object.identity() ? 1 : 0;
                    }
                }
            }
        }

        // then
        assertThat(products).isGreaterThan(8);
        assertThat(right).as("of %d", products).isGreaterThanOrEqualTo(products * 8 / 10);
    }

    @Test
    void shouldGiveTheSameBoxesWhateverCompanyAPictureIsIn() throws Exception {
        // given
        List<DecodedImage> images = new ArrayList<>();
        for (ScenePicture scene : scenes) {
            images.add(decoded(scene.jpeg()));
        }

        // when
        List<StageResult<List<DetectedBox>>> together = detect.apply(images, new BatchClock());

        // then: rectangles the same, scores the same once rounded as they are published
        for (int i = 0; i < images.size(); i++) {
            List<DetectedBox> alone = one(detect, images.get(i));
            List<DetectedBox> inCompany = accepted(together.get(i));
            assertThat(inCompany).usingRecursiveFieldByFieldElementComparatorIgnoringFields("score").isEqualTo(alone);
            for (int box = 0; box < alone.size(); box++) {
                assertThat(inCompany.get(box).score()).isCloseTo(alone.get(box).score(), within(1e-4f));
            }
            images.get(i).close();
        }
    }

    @Test
    void shouldGiveVectorsOfUnitLengthThatRepeat() {
        try (DecodedImage image = decoded(scenes.get(0).jpeg())) {
            // when
            float[] first = one(embed, Crop.whole(image));
            float[] second = one(embed, Crop.whole(image));

            // then
            assertThat(first).hasSize(192).containsExactly(second);
            assertThat(dot(first, first)).isCloseTo(1, within(1e-5));
        }
    }

    private static DecodedImage decoded(byte[] file) {
        return one(decode, file);
    }

    private static <I, O> O one(BatchFunction<I, O> function, I item) {
        try {
            return accepted(function.apply(List.of(item), new BatchClock()).get(0));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static <O> O accepted(StageResult<O> result) {
        assertThat(result).isInstanceOf(StageResult.Accepted.class);
        return ((StageResult.Accepted<O>) result).value();
    }

    private static long nearest(Map<Long, float[]> gallery, float[] vector) {
        return gallery.entrySet().stream().max((a, b) -> Double.compare(dot(a.getValue(), vector), dot(b.getValue(), vector))).orElseThrow().getKey();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double iou(DetectedBox box, double[] truth) {
        double width = Math.min(box.x2(), truth[2]) - Math.max(box.x1(), truth[0]);
        double height = Math.min(box.y2(), truth[3]) - Math.max(box.y1(), truth[1]);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / ((double) (box.x2() - box.x1()) * (box.y2() - box.y1()) + (truth[2] - truth[0]) * (truth[3] - truth[1]) - both);
    }
}
