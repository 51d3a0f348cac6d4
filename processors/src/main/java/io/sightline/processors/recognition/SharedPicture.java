package io.sightline.processors.recognition;

import io.sightline.processors.image.DecodedImage;
import java.util.concurrent.atomic.AtomicInteger;

/** A decoded picture that several stages read. Closed when the last reader lets go. Born with one reader: its maker. Thread-safe. */
final class SharedPicture {
    private final DecodedImage image;
    private final AtomicInteger readers = new AtomicInteger(1);

    SharedPicture(DecodedImage image) {
        this.image = image;
    }

    DecodedImage image() {
        return image;
    }

    void retain() {
        readers.incrementAndGet();
    }

    void release() {
        if (readers.decrementAndGet() == 0) {
            image.close();
        }
    }
}
