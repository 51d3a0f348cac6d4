package io.sightline.processors.canary;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The stored pictures: two products as models/synth draws them. They never change: what is recorded is recorded of these. */
public enum CanaryPicture {
    A, B;

    private final byte[] jpeg = load(key());

    /** The picture's name in records. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    byte[] jpeg() {
        return jpeg.clone();
    }

    private static byte[] load(String name) {
        try (InputStream in = CanaryPicture.class.getResourceAsStream(name + ".jpg")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
