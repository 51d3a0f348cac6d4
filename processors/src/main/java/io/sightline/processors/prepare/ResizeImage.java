package io.sightline.processors.prepare;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * PaddleClas's ResizeImage: to a size, the aspect ratio not kept, or until the shorter side has a length, the aspect ratio kept.
 *
 * @param size the new size; null where resizeShort counts
 * @param resizeShort the new length of the shorter side; 0 where size counts
 */
public record ResizeImage(Extent size, int resizeShort, Interpolation interpolation) implements PixelOp {
    public ResizeImage {
        if ((size == null) == (resizeShort < 1)) {
            throw new IllegalArgumentException("ResizeImage: size " + size + ", resize_short " + resizeShort + " (expected: one of the two)");
        }
    }

    public static ResizeImage to(int width, int height) {
        return new ResizeImage(new Extent(width, height), 0, Interpolation.BILINEAR);
    }

    public static ResizeImage shortSide(int pixels) {
        return new ResizeImage(null, pixels, Interpolation.BILINEAR);
    }

    @Override
    public Extent extent(Extent from) {
        if (size != null) {
            return size;
        }
        double share = (double) resizeShort / Math.min(from.width(), from.height());
        // Python's round: halves to even.
        return new Extent((int) Math.rint(from.width() * share), (int) Math.rint(from.height() * share));
    }

    @Override
    public Placement apply(Mat from, Mat to) {
        Extent target = extent(new Extent(from.cols(), from.rows()));
        try (Size cvSize = new Size(target.width(), target.height())) {
            opencv_imgproc.resize(from, to, cvSize, 0, 0, interpolation.code());
        }
        return new Placement((double) target.width() / from.cols(), (double) target.height() / from.rows(), 0, 0);
    }
}
