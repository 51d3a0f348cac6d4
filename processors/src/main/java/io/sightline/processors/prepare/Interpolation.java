package io.sightline.processors.prepare;

import org.bytedeco.opencv.global.opencv_imgproc;

/** How pixels between pixels are made up; cv2's. */
public enum Interpolation {
    NEAREST(opencv_imgproc.INTER_NEAREST),
    BILINEAR(opencv_imgproc.INTER_LINEAR),
    BICUBIC(opencv_imgproc.INTER_CUBIC),
    AREA(opencv_imgproc.INTER_AREA);

    private final int code;

    Interpolation(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
