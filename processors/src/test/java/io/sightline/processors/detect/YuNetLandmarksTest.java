package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.RealModels;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.FaceDetectorYN;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Points of faces against OpenCV's own reading of the same model (FaceDetectorYN, another inference engine), within 3 pixels: each shrinks the picture its way. */
class YuNetLandmarksTest {
    private static final int SIDE = 640;

    @TempDir
    private static Path models;

    @ParameterizedTest
    @CsvSource({"uf_2.jpg, 0, 4", "uf_2.jpg, 20, 4", "uf_2.jpg, -10, 4"})
    void shouldFindWhatOpenCvFinds(String photograph, double degrees, int faces) throws Exception {
        ModelRuntime runtime = RealModels.runtime(models, "yunet");
        try (DetectFunction detect = new DetectFunction(runtime, DetectSettings.of(runtime.spec(), 20), 1); DecodedImage original = RealModels.photograph(photograph);
                DecodedImage image = turned(original, degrees)) {
            // when
            List<DetectedBox> found = new ArrayList<>(((StageResult.Accepted<List<DetectedBox>>) detect.apply(List.of(image), new BatchClock()).get(0)).value());
            // then
            List<float[]> expected = openCv(image, runtime.spec().file());
            assertThat(found).hasSize(faces).hasSameSizeAs(expected);
            found.sort(Comparator.comparing(DetectedBox::x1));
            expected.sort(Comparator.comparing(row -> row[0]));
            float scale = SIDE / (float) Math.max(image.width(), image.height());
            for (int i = 0; i < faces; i++) {
                for (int point = 0; point < 2 * Landmarks.POINTS; point++) {
                    assertThat(found.get(i).landmarks().orElseThrow().xy().get(point)).as("face %d, number %d", i, point).isCloseTo(expected.get(i)[4 + point] / scale, within(3f));
                }
            }
        }
    }

    private static List<float[]> openCv(DecodedImage image, Path model) {
        float scale = SIDE / (float) Math.max(image.width(), image.height());
        return MatImage.of(image).read(mat -> {
            try (Mat input = new Mat(SIDE, SIDE, opencv_core.CV_8UC3, new Scalar(0, 0, 0, 0)); Mat small = new Mat(); Mat faces = new Mat();
                    Size size = new Size(Math.round(mat.cols() * scale), Math.round(mat.rows() * scale));
                    FaceDetectorYN detector = FaceDetectorYN.create(model.toString(), "", new Size(SIDE, SIDE), 0.7f, 0.3f, 5000, 0, 0)) {
                opencv_imgproc.resize(mat, small, size);
                small.copyTo(input.apply(new org.bytedeco.opencv.opencv_core.Rect(0, 0, small.cols(), small.rows())));
                detector.detect(input, faces);
                List<float[]> rows = new ArrayList<>();
                try (FloatIndexer values = faces.createIndexer()) {
                    for (int row = 0; row < faces.rows(); row++) {
                        float[] numbers = new float[faces.cols()];
                        values.get(row, numbers);
                        rows.add(numbers);
                    }
                }
                return rows;
            }
        });
    }

    private static DecodedImage turned(DecodedImage image, double degrees) {
        return MatImage.of(image).read(mat -> {
            Mat turned = new Mat();
            try (Point2f middle = new Point2f(mat.cols() / 2f, mat.rows() / 2f); Mat matrix = opencv_imgproc.getRotationMatrix2D(middle, degrees, 0.8)) {
                opencv_imgproc.warpAffine(mat, turned, matrix, mat.size(), opencv_imgproc.INTER_LINEAR, opencv_core.BORDER_CONSTANT, new Scalar(127, 127, 127, 0));
            }
            return MatImage.owning(turned);
        });
    }
}
