package io.sightline.app.config;

import io.sightline.schemas.settings.Nearest;
import java.util.Collection;
import java.util.Comparator;

/** Finds the known key that a mistyped one was meant to be. */
final class NearestKey {
    private NearestKey() {
    }

    /** The text for an error message about an unknown key. */
    static String hint(String unknown, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt((String key) -> Nearest.distance(unknown, key)).thenComparing(key -> key))
                .map(nearest -> "unknown key (nearest known: " + nearest + "; known: " + String.join(", ", known) + ")")
                .orElse("unknown key (expected: none)");
    }
}
