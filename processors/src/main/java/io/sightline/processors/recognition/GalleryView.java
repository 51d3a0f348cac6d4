package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import java.util.List;

/** What of a gallery picture is embedded. Thread-safe. */
public interface GalleryView {
    /** True where pictures are detected in first; otherwise the whole picture is embedded. */
    boolean detects();

    /** The picture to detect in. The caller closes it. Called on a decode lane. */
    DecodedImage forDetection(DecodedImage original);

    /** What to embed of the original, given what was found in {@link #forDetection}'s picture. */
    Crop crop(DecodedImage original, List<DetectedBox> boxes);
}
