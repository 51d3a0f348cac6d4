package io.sightline.app.report;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.JpegThumbnail;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageResult.Accepted;
import io.sightline.processors.stage.StageResult.Rejected;
import io.sightline.schemas.request.RequestLimits;
import java.util.Base64;

/**
 * A picture made small, to be put into a page.
 *
 * @param dataUri of a JPEG file
 * @param width of the picture itself, pixels: boxes are told in these
 * @param height of the picture itself, pixels
 */
public record Thumbnail(String dataUri, int width, int height) {
    /** Makes thumbnails, decoding as the pipeline does, EXIF orientation applied. Thread-safe. */
    public static final class Maker {
        private static final long WAIT_MS = 60_000;
        private final ImageDecoder decoder;
        private final int maxSide;

        /** @param maxSide longest side of a thumbnail, pixels */
        public Maker(RequestLimits limits, int maxSide) {
            this.decoder = new ImageDecoder(limits, new PixelBudget(limits.maxImagePixels(), WAIT_MS));
            this.maxSide = maxSide;
        }

        /** @throws IllegalArgumentException the file is no picture that can be decoded; the message says why */
        public Thumbnail of(byte[] file) {
            StageResult<DecodedImage> decoded;
            try {
                decoded = decoder.decode(file);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            if (decoded instanceof Rejected<DecodedImage> rejected) {
                throw new IllegalArgumentException(rejected.message());
            }
            try (DecodedImage picture = ((Accepted<DecodedImage>) decoded).value()) {
                JpegThumbnail small = JpegThumbnail.of(picture, maxSide);
                return new Thumbnail("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(small.jpeg()), picture.width(), picture.height());
            }
        }
    }
}
