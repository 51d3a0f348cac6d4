package io.sightline.processors.classify;

import io.sightline.processors.embed.Crop;

/** One thing to be classified. */
public sealed interface ClassifyItem {
    /** A rectangle of a picture, to be prepared. The picture must stay open until the stage has answered. */
    record Rectangle(Crop crop) implements ClassifyItem {
    }

    /** A picture that the caller has prepared. @param values as many as the model's input has, channels first; not changed by anybody */
    record Prepared(float[] values) implements ClassifyItem {
    }
}
