package io.sightline.processors.prepare;

import org.bytedeco.opencv.global.opencv_imgproc;

/** How pixels between pixels are made up; cv2's. */
public enum Interpolation {
    NEAREST(opencv_imgproc.INTER_NEAREST),
    BILINEAR(opencv_imgproc.INTER_LINEAR),
    BICUBIC(opencv_imgproc.INTER_CUBIC),
    AREA(opencv_imgproc.INTER_AREA),
    LANCZOS(opencv_imgproc.INTER_LANCZOS4);

    private final int code;

    Interpolation(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** cv2's number of it, as PaddleDetection's {@code interp} has it: 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 lanczos. */
    public static Interpolation ofCode(int code) {
        for (Interpolation interpolation : values()) {
            if (interpolation.code == code) {
                return interpolation;
            }
        }
        throw new IllegalArgumentException("interp: " + code + " (expected: 0..4)");
    }
}
