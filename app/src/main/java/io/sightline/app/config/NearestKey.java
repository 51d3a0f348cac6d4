package io.sightline.app.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known key that a mistyped one was meant to be. */
final class NearestKey {
    private NearestKey() {
    }

    /** The text for an error message about an unknown key. */
    static String hint(String unknown, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt((String key) -> distance(unknown, key)).thenComparing(key -> key))
                .map(nearest -> "unknown key (nearest known: " + nearest + "; known: " + String.join(", ", known) + ")")
                .orElse("unknown key (expected: none)");
    }

    /** Levenshtein's edit distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
