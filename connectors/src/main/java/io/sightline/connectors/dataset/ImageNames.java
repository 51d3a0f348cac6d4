package io.sightline.connectors.dataset;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the names of files say. */
final class ImageNames {
    private static final List<String> EXTENSIONS = List.of(".jpg", ".jpeg", ".png");

    private ImageNames() {
    }

    static boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(lower::endsWith);
    }

    /** Files and folders that begin with a dot, and what macOS puts into archives. */
    static boolean isHidden(String path) {
        for (String part : path.split("/")) {
            if (part.startsWith(".") && !part.equals(".") && !part.equals("..") || part.equals("__MACOSX")) {
                return true;
            }
        }
        return false;
    }

    /** A path of an archive without what stands for the folder it is in. */
    static String cleaned(String path) {
        String clean = path.replace('\\', '/');
        while (clean.startsWith("./") || clean.startsWith("/")) {
            clean = clean.substring(clean.indexOf('/') + 1);
        }
        return clean;
    }

    /** The first folder of a path. */
    static Optional<String> firstFolder(String path) {
        int slash = path.indexOf('/');
        return slash > 0 ? Optional.of(path.substring(0, slash)) : Optional.empty();
    }
}
