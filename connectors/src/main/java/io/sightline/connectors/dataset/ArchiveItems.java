package io.sightline.connectors.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the kinds of archives have in common: which entries are pictures, and reading one of them without trusting its own word on its size. */
final class ArchiveItems {
    private final Path archive;
    private final DatasetOptions options;
    private final Dataset.Found found;
    private int pictures;
    private int others;

    ArchiveItems(Path archive, DatasetOptions options, Dataset.Found found) {
        this.archive = archive;
        this.options = options;
        this.found = found;
    }

    /** @param file false: a folder, a link */
    void entry(String name, boolean file, long bytes, long modifiedMs, DatasetItem.Picture picture) {
        String path = ImageNames.cleaned(name);
        if (!file || ImageNames.isHidden(path)) {
            return;
        }
        if (!ImageNames.isImage(path)) {
            others++;
            return;
        }
        pictures++;
        found.add(new DatasetItem(path, options.imageFolder() ? ImageNames.firstFolder(path) : Optional.empty(), Map.of(), bytes, modifiedMs, picture));
    }

    void end() {
        if (others > 0) {
            found.warn(archive + ": " + others + " files left out (expected: names that end with .jpg, .jpeg or .png)");
        }
        if (pictures == 0) {
            throw new IllegalArgumentException(archive + ": no picture in it (expected: files whose names end with .jpg, .jpeg or .png)");
        }
    }

    static byte[] read(InputStream in, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new IOException("more than " + maxBytes + " bytes (expected: at most that)");
        }
        return bytes;
    }

    static IllegalArgumentException unreadable(Path archive, String kind, IOException e) {
        return new IllegalArgumentException(archive + ": can't be read, " + e.getMessage() + " (expected: a whole " + kind + " file)", e);
    }
}
