package io.sightline.connect.gallery;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of the entry of a picture that is gone. */
public enum Deletions {
    /** It is removed; but not where no picture at all is left, which looks like a folder that is not mounted. */
    FOLLOW,
    /** It is removed, also the last one. */
    ALWAYS,
    /** It stays. */
    IGNORE;

    /** As a configuration has it. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(Deletions::configName).toList();
    }
}
