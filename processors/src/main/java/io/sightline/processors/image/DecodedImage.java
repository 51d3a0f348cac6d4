package io.sightline.processors.image;

/**
 * A decoded picture: 8-bit BGR pixels in native memory, EXIF orientation applied. Immutable pixels, readable from any thread until
 * closed; closing twice is harmless.
 */
public interface DecodedImage extends AutoCloseable {
    int width();

    int height();

    @Override
    void close();
}
