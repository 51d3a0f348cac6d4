package io.sightline.processors.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.Pictures;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Preparation equals what the reference servers compute with cv2 and numpy. */
class PreparedGoldenTest {
    /** Of 255. */
    private static final float ONE_STEP = 1;
    private static final double SHARE = 0.999;
    /** The decoders may differ by a step in a few pixels; a shift by a pixel or swapped channels change the means by far more. */
    private static final double MEAN_TOLERANCE = 0.25;
    private static final Goldens GOLDENS = Goldens.read();
    private static final List<Float> ZEROS = List.of(0f, 0f, 0f);
    private static final List<Float> ONES = List.of(1f, 1f, 1f);
    private static final NormalizeImage RGB = new NormalizeImage(1, ZEROS, ONES, ChannelOrder.RGB);
    private static final NormalizeImage BGR = new NormalizeImage(1, ZEROS, ONES, ChannelOrder.BGR);

    private static final Map<String, Recipe> RECIPES = Map.of(
            "rec", new Recipe(224, 224, RGB, ResizeImage.to(224, 224)),
            "cls", new Recipe(224, 224, RGB, ResizeImage.shortSide(256), new CropImage(new Extent(224, 224))),
            "det_server", new Recipe(640, 640, RGB, new DetResize(new Extent(640, 640), false, Interpolation.BILINEAR)),
            "det_cubic", new Recipe(288, 320, RGB, new DetResize(new Extent(288, 320), false, Interpolation.BICUBIC)),
            "det_ratio", new Recipe(320, 320, RGB, new DetResize(new Extent(320, 256), true, Interpolation.BILINEAR),
                    new Pad(new Extent(320, 320), 0, PadPlace.TOP_LEFT)),
            "yolox", new Recipe(416, 416, BGR, new LetterBox(new Extent(416, 416), 114, PadPlace.TOP_LEFT, Interpolation.BILINEAR)));

    private record Recipe(int width, int height, NormalizeImage normalize, PixelOp... ops) {
        List<PreprocessOp> all() {
            return Stream.concat(Stream.of(ops), Stream.of(normalize, new ToChwImage())).collect(Collectors.toList());
        }
    }

    static List<Goldens.Golden> tensors() {
        return GOLDENS.tensors();
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void shouldEqualTheReferencesTensorWithinAStep(Goldens.Golden golden) {
        // when
        float[] tensor = prepared(golden);

        // then
        int near = 0;
        float worst = 0;
        for (int i = 0; i < golden.values().length; i++) {
            float difference = Math.abs(tensor[i * golden.stride()] - golden.values()[i]);
            near += difference <= ONE_STEP ? 1 : 0;
            worst = Math.max(worst, difference);
        }
        assertThat(near).as("of %d within 1/255, worst %s", golden.values().length, worst)
                .isGreaterThanOrEqualTo((int) Math.ceil(golden.values().length * SHARE));
        for (int channel = 0; channel < NormalizeImage.CHANNELS; channel++) {
            assertThat(mean(tensor, channel)).as("mean of channel %d", channel).isCloseTo(golden.means()[channel], within(MEAN_TOLERANCE));
        }
    }

    @Test
    void shouldHaveComparedEveryKindOfPicture() {
        assertThat(new TreeSet<>(GOLDENS.tensors().stream().map(Goldens.Golden::picture).toList())).hasSize(18)
                .contains("exif1.jpg", "exif8.jpg", "grey.jpg", "cmyk.jpg", "rgba.png", "odd.jpg", "tiny.png", "wide.jpg", "tall.jpg");
        assertThat(GOLDENS.tensors()).extracting(Goldens.Golden::recipe).containsOnlyElementsOf(RECIPES.keySet());
    }

    @Test
    void shouldNormaliseBitForBitAsPaddleClasDoes() {
        assertThat(NormalizeImage.imageNet().tables()).isDeepEqualTo(GOLDENS.tables().get("imagenet"));
    }

    @Test
    void shouldNormaliseAsTheArcFaceServerDoes() {
        // given: (x - 127.5) / 127.5 here, (x - 127.5) * 0.00784313725 there
        NormalizeImage arcFace = new NormalizeImage(1, List.of(127.5f, 127.5f, 127.5f), List.of(127.5f, 127.5f, 127.5f), ChannelOrder.RGB);

        // when, then
        for (int value = 0; value < NormalizeImage.VALUES; value++) {
            assertThat(arcFace.tables()[0][value]).isCloseTo(GOLDENS.tables().get("arcface")[0][value], within(2e-7f));
        }
    }

    private static double mean(float[] tensor, int channel) {
        int area = tensor.length / NormalizeImage.CHANNELS;
        double sum = 0;
        for (int i = channel * area; i < (channel + 1) * area; i++) {
            sum += tensor[i];
        }
        return sum / area;
    }

    private static float[] prepared(Goldens.Golden golden) {
        Recipe recipe = RECIPES.get(golden.recipe());
        try (DecodedImage image = Pictures.decode(Goldens.picture(golden.picture()));
                Preprocessor preprocessor = new Preprocessor(recipe.all(), new Extent(recipe.width(), recipe.height()))) {
            BatchTensor tensor = new BatchTensor(1, preprocessor.floats());
            preprocessor.write(image, tensor.slots(), 0);
            float[] values = new float[preprocessor.floats()];
            tensor.slots().get(0, values);
            return values;
        }
    }
}
