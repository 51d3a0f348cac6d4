package io.sightline.processors.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A picture made small, as a JPEG file.
 *
 * @param width pixels
 * @param height pixels
 */
public record JpegThumbnail(byte[] jpeg, int width, int height) {
    private static final int QUALITY = 80;

    /** @param maxSide longest side, pixels, at least 1; a picture that is no larger keeps its size */
    public static JpegThumbnail of(DecodedImage picture, int maxSide) {
        if (maxSide < 1) {
            throw new IllegalArgumentException("thumbnail: " + maxSide + " pixels (expected: at least 1)");
        }
        double scale = Math.min(1, (double) maxSide / Math.max(picture.width(), picture.height()));
        int width = Math.max(1, (int) Math.round(picture.width() * scale));
        int height = Math.max(1, (int) Math.round(picture.height() * scale));
        return MatImage.of(picture).read(mat -> {
            try (Mat small = new Mat(); Size size = new Size(width, height); BytePointer encoded = new BytePointer();
                    IntPointer options = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY)) {
                opencv_imgproc.resize(mat, small, size, 0, 0, opencv_imgproc.INTER_AREA);
                if (!opencv_imgcodecs.imencode(".jpg", small, encoded, options)) {
                    throw new IllegalStateException("thumbnail: OpenCV did not encode " + width + "x" + height + " pixels");
                }
                byte[] jpeg = new byte[Math.toIntExact(encoded.limit())];
                encoded.get(jpeg);
                return new JpegThumbnail(jpeg, width, height);
            }
        });
    }
}
