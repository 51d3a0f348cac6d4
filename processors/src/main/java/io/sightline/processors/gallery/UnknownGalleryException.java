package io.sightline.processors.gallery;

import io.sightline.schemas.request.RequestLimits;
import java.util.Collection;
import java.util.TreeSet;

/** A search named a gallery that does not exist. */
public final class UnknownGalleryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_NAMED = 10;

    public UnknownGalleryException(String gallery, Collection<String> known) {
        super("gallery: '" + RequestLimits.shown(gallery) + "' (expected: one of " + named(known) + ")", null, false, false);
    }

    private static String named(Collection<String> known) {
        TreeSet<String> sorted = new TreeSet<>(known);
        String text = String.join(", ", sorted.stream().limit(MAX_NAMED).toList());
        return sorted.size() > MAX_NAMED ? text + ", … (" + sorted.size() + " in all)" : text;
    }
}
