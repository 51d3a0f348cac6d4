package io.sightline.processors.prepare;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Fills a picture up to a size. The picture must not be larger.
 *
 * @param value of the pixels added, 0..255, the same in all channels
 */
public record Pad(Extent size, int value, PadPlace place) implements PixelOp {
    @Override
    public Extent extent(Extent from) {
        if (from.width() > size.width() || from.height() > size.height()) {
            throw new IllegalArgumentException("Pad: a picture of " + from + " (expected: at most " + size + ")");
        }
        return size;
    }

    @Override
    public Placement apply(Mat from, Mat to) {
        extent(new Extent(from.cols(), from.rows()));
        int missingX = size.width() - from.cols();
        int missingY = size.height() - from.rows();
        int left = place.before(missingX);
        int top = place.before(missingY);
        try (Scalar colour = new Scalar(value, value, value, 0)) {
            opencv_core.copyMakeBorder(from, to, top, missingY - top, left, missingX - left, opencv_core.BORDER_CONSTANT, colour);
        }
        return new Placement(1, 1, left, top);
    }
}
