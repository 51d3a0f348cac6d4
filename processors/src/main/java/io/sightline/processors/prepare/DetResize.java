package io.sightline.processors.prepare;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * PaddleDetection's Resize, DetResize in PaddleClas: to a size, or, the aspect ratio kept, as large as both sides of the target allow.
 * With the ratio kept the shorter side becomes the target's shorter one, unless the longer side would then be longer than the
 * target's longer one; a {@link Pad} must follow.
 */
public record DetResize(Extent target, boolean keepRatio, Interpolation interpolation) implements PixelOp {
    @Override
    public Extent extent(Extent from) {
        if (!keepRatio) {
            return target;
        }
        double scale = scale(from);
        // cv2.resize rounds the size that its factors give: halves to even.
        return new Extent(Math.max(1, (int) Math.rint(from.width() * scale)), Math.max(1, (int) Math.rint(from.height() * scale)));
    }

    /** im_scale of PaddleDetection's generate_scale. */
    private double scale(Extent from) {
        int shorter = Math.min(from.width(), from.height());
        int longer = Math.max(from.width(), from.height());
        int longest = Math.max(target.width(), target.height());
        double scale = (double) Math.min(target.width(), target.height()) / shorter;
        return Math.rint(scale * longer) > longest ? (double) longest / longer : scale;
    }

    @Override
    public Placement apply(Mat from, Mat to) {
        Extent source = new Extent(from.cols(), from.rows());
        Extent size = extent(source);
        double scale = scale(source);
        // With a factor instead of a size cv2 takes pixels from elsewhere where the size had to be rounded: told by the golden tensors.
        boolean byFactor = keepRatio && Math.rint(Math.min(source.width(), source.height()) * scale) >= 1;
        try (Size cvSize = byFactor ? new Size(0, 0) : new Size(size.width(), size.height())) {
            opencv_imgproc.resize(from, to, cvSize, byFactor ? scale : 0, byFactor ? scale : 0, interpolation.code());
        }
        if (keepRatio) {
            return new Placement(scale, scale, 0, 0);
        }
        return new Placement((double) size.width() / from.cols(), (double) size.height() / from.rows(), 0, 0);
    }
}
