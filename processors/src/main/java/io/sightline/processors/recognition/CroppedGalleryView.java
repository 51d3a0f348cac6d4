package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.GalleryCropper;
import io.sightline.processors.image.DecodedImage;
import java.util.List;

/** The view that an embedder's model.yaml asks for. Immutable. */
record CroppedGalleryView(GalleryCropper cropper) implements GalleryView {
    @Override
    public boolean detects() {
        return cropper.detects();
    }

    @Override
    public DecodedImage forDetection(DecodedImage original) {
        return cropper.forDetection(original);
    }

    @Override
    public Crop crop(DecodedImage original, List<DetectedBox> boxes) {
        return cropper.crop(original, boxes);
    }
}
