package io.sightline.processors.prepare;

/** Where a picture lies in a larger one. */
public enum PadPlace {
    /** Filled up on the right and below, as PaddleDetection and YOLOX do. */
    TOP_LEFT,
    /** Filled up on all sides; an odd pixel goes to the right and below. */
    CENTRE;

    int before(int missing) {
        return this == TOP_LEFT ? 0 : missing / 2;
    }
}
