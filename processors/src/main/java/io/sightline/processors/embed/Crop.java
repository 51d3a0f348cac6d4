package io.sightline.processors.embed;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.detect.Landmarks;
import io.sightline.processors.image.DecodedImage;
import java.util.Optional;

/**
 * A rectangle of a picture to be embedded. It may reach over the picture's edges: what lies outside repeats the border pixels.
 * The picture must stay open until the stage has answered.
 *
 * @param landmarks points of the face in it, pixels of the picture: for embedders that want faces brought into place
 */
public record Crop(DecodedImage image, int x1, int y1, int x2, int y2, Optional<Landmarks> landmarks) {
    public Crop(DecodedImage image, int x1, int y1, int x2, int y2) {
        this(image, x1, y1, x2, y2, Optional.empty());
    }

    /** What a detector has found. */
    public static Crop of(DecodedImage image, DetectedBox box) {
        return new Crop(image, box.x1(), box.y1(), box.x2(), box.y2(), box.landmarks());
    }

    public static Crop whole(DecodedImage image) {
        return new Crop(image, 0, 0, image.width(), image.height());
    }
}
