package io.sightline.processors.prepare;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/** PaddleClas's CropImage: a rectangle of that size out of the middle. The picture must be at least as large. */
public record CropImage(Extent size) implements PixelOp {
    @Override
    public Extent extent(Extent from) {
        if (from.width() < size.width() || from.height() < size.height()) {
            throw new IllegalArgumentException("CropImage: a picture of " + from + " (expected: at least " + size + ")");
        }
        return size;
    }

    @Override
    public Placement apply(Mat from, Mat to) {
        extent(new Extent(from.cols(), from.rows()));
        int x = (from.cols() - size.width()) / 2;
        int y = (from.rows() - size.height()) / 2;
        try (Rect middle = new Rect(x, y, size.width(), size.height()); Mat view = new Mat(from, middle)) {
            view.copyTo(to);
        }
        return new Placement(1, 1, -x, -y);
    }
}
