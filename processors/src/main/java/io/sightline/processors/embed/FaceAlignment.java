package io.sightline.processors.embed;

import io.sightline.processors.detect.Landmarks;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.prepare.Extent;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Brings a face into the place that ArcFace models were trained on: the turn, scale and shift that bring its five points nearest to the
 * template's, least squares, then a bilinear warp, black outside of the picture. As norm_crop of insightface (utils/face_align.py) does it,
 * whose template this is; there skimage's SimilarityTransform finds the same minimum.
 */
final class FaceAlignment {
    /** For a picture of 112 x 112 pixels: x and y of the eye on the left of the picture, the one on the right, nose, corners of the mouth. */
    private static final double[] TEMPLATE = {38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041};
    private static final double TEMPLATE_SIDE = 112;

    private FaceAlignment() {
    }

    /**
     * The face in a picture of the size given. The caller closes it.
     *
     * @throws IllegalArgumentException all points in one place: there is no such turn
     */
    static DecodedImage aligned(DecodedImage image, Landmarks landmarks, Extent size) {
        double[] matrix = similarity(landmarks, size);
        return MatImage.of(image).read(mat -> {
            Mat aligned = new Mat();
            try (Mat transform = new Mat(2, 3, opencv_core.CV_64F); DoubleIndexer values = transform.createIndexer();
                    Size to = new Size(size.width(), size.height()); Scalar black = new Scalar(0, 0, 0, 0)) {
                values.put(0, 0, matrix);
                opencv_imgproc.warpAffine(mat, aligned, transform, to, opencv_imgproc.INTER_LINEAR, opencv_core.BORDER_CONSTANT, black);
            }
            return MatImage.owning(aligned);
        });
    }

    /** Rows of the matrix that maps points of the picture to the aligned one: a, -b, tx; b, a, ty. */
    static double[] similarity(Landmarks from, Extent size) {
        double meanX = 0;
        double meanY = 0;
        double meanU = 0;
        double meanV = 0;
        for (int p = 0; p < Landmarks.POINTS; p++) {
            meanX += from.x(p) / (double) Landmarks.POINTS;
            meanY += from.y(p) / (double) Landmarks.POINTS;
            meanU += u(p, size) / Landmarks.POINTS;
            meanV += v(p, size) / Landmarks.POINTS;
        }
        double along = 0;
        double across = 0;
        double spread = 0;
        for (int p = 0; p < Landmarks.POINTS; p++) {
            double x = from.x(p) - meanX;
            double y = from.y(p) - meanY;
            along += x * (u(p, size) - meanU) + y * (v(p, size) - meanV);
            across += x * (v(p, size) - meanV) - y * (u(p, size) - meanU);
            spread += x * x + y * y;
        }
        if (!(spread > 0) || !Double.isFinite(spread)) {
            throw new IllegalArgumentException("landmarks: " + from.xy() + " (expected: five points of a face)");
        }
        double a = along / spread;
        double b = across / spread;
        return new double[] {a, -b, meanU - a * meanX + b * meanY, b, a, meanV - b * meanX - a * meanY};
    }

    private static double u(int point, Extent size) {
        return TEMPLATE[2 * point] * size.width() / TEMPLATE_SIDE;
    }

    private static double v(int point, Extent size) {
        return TEMPLATE[2 * point + 1] * size.height() / TEMPLATE_SIDE;
    }
}
