package io.sightline.processors.image;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;

/**
 * What the first bytes of a picture file say about it; nothing is decoded.
 *
 * @param width pixels across as stored, before EXIF orientation turns the picture
 * @param height pixels down as stored
 */
public record ImageHeader(ImageFormat format, int width, int height) {
    /** @throws InvalidRequestException neither JPEG nor PNG, or without a readable size */
    public static ImageHeader of(byte[] bytes) {
        ImageFormat format = ImageFormat.of(bytes);
        return format == ImageFormat.JPEG ? JpegFile.header(bytes) : PngFile.header(bytes);
    }

    /**
     * Checks that the file reaches its end: OpenCV paints what is missing of a truncated file grey and says nothing.
     *
     * @throws InvalidRequestException truncated, or not put together as its format asks
     */
    public void checkWhole(byte[] bytes) {
        if (format == ImageFormat.JPEG) {
            JpegFile.checkWhole(bytes);
        } else {
            PngFile.checkWhole(bytes);
        }
    }

    /** @throws InvalidRequestException larger than allowed */
    public void check(RequestLimits limits) {
        int side = Math.max(width, height);
        if (side > limits.maxImageSide()) {
            throw new InvalidRequestException("image: " + width + "x" + height + " pixels (expected: at most " + limits.maxImageSide() + " a side)");
        }
        if (pixels() > limits.maxImagePixels()) {
            throw new InvalidRequestException("image: " + width + "x" + height + " = " + pixels() + " pixels (expected: at most "
                    + limits.maxImagePixels() + ")");
        }
    }

    public long pixels() {
        return (long) width * height;
    }
}
