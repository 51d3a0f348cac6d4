package io.sightline.processors.embed;

import io.sightline.processors.image.DecodedImage;

/**
 * A rectangle of a picture to be embedded. It may reach over the picture's edges: what lies outside repeats the border pixels.
 * The picture must stay open until the stage has answered.
 */
public record Crop(DecodedImage image, int x1, int y1, int x2, int y2) {
    public static Crop whole(DecodedImage image) {
        return new Crop(image, 0, 0, image.width(), image.height());
    }
}
