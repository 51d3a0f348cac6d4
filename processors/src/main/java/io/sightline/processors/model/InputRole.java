package io.sightline.processors.model;

/** What a model's input is given. */
public enum InputRole {
    /** The prepared pixels [N, 3, height, width]. */
    PICTURE,
    /** Rows and columns that the picture was brought to, before padding [1, 2]: PaddleDetection's im_shape. */
    IM_SHAPE,
    /** By what rows and columns were multiplied [1, 2]: PaddleDetection's scale_factor. */
    SCALE_FACTOR
}
