package io.sightline.processors.prepare;

import org.bytedeco.opencv.opencv_core.Mat;

/** An operation on 8-bit BGR pixels. A new one is a record with its parameters here and a line in the reader of model.yaml. */
public sealed interface PixelOp extends PreprocessOp permits ResizeImage, DetResize, LetterBox, Pad, CropImage {
    /** Size of the result for a picture of that size. */
    Extent extent(Extent from);

    /**
     * Writes the result into a matrix that is reused from picture to picture.
     *
     * @return where points of the source lie in the result
     */
    Placement apply(Mat from, Mat to);
}
