package io.sightline.processors.prepare;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * As large as fits with the aspect ratio kept, the rest filled: YOLOX's preproc, with {@code place: top_left} and value 114.
 *
 * @param value of the pixels added, 0..255, the same in all channels
 */
public record LetterBox(Extent size, int value, PadPlace place, Interpolation interpolation) implements PixelOp {
    @Override
    public Extent extent(Extent from) {
        return size;
    }

    /** YOLOX's r: {@code min(height / h, width / w)}; sides are truncated to whole pixels. */
    private double scale(Mat from) {
        return Math.min((double) size.height() / from.rows(), (double) size.width() / from.cols());
    }

    @Override
    public Placement apply(Mat from, Mat to) {
        double scale = scale(from);
        int width = Math.max(1, (int) (from.cols() * scale));
        int height = Math.max(1, (int) (from.rows() * scale));
        try (Mat small = new Mat(); Size cvSize = new Size(width, height)) {
            opencv_imgproc.resize(from, small, cvSize, 0, 0, interpolation.code());
            return new Placement(scale, scale, 0, 0).then(new Pad(size, value, place).apply(small, to));
        }
    }
}
