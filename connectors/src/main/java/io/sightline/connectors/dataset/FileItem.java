package io.sightline.connectors.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;

/** Pictures that are files of their own. */
final class FileItem {
    private FileItem() {
    }

    static DatasetItem of(String path, Path file, Optional<String> label, Map<String, String> attributes) {
        long bytes = -1;
        long modifiedMs = 0;
        try {
            BasicFileAttributes known = Files.readAttributes(file, BasicFileAttributes.class);
            bytes = known.size();
            modifiedMs = known.lastModifiedTime().toMillis();
        } catch (IOException e) {
            // Said when its turn comes.
        }
        return new DatasetItem(path, label, attributes, bytes, modifiedMs, maxBytes -> read(file, maxBytes));
    }

    private static byte[] read(Path file, int maxBytes) throws IOException {
        try {
            BasicFileAttributes known = Files.readAttributes(file, BasicFileAttributes.class);
            if (!known.isRegularFile()) {
                throw new IOException("not a file (expected: a JPEG or PNG file)"); // a pipe would be waited for without end
            }
            if (known.size() > maxBytes) {
                throw new IOException(known.size() + " bytes (expected: at most " + maxBytes + ")");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("not there (expected: a JPEG or PNG file)", e);
        } catch (AccessDeniedException e) {
            throw new IOException("may not be read (expected: a JPEG or PNG file that this user may read)", e);
        } catch (java.nio.file.FileSystemException e) {
            throw new IOException("can't be read, " + (e.getReason() == null ? e.toString() : e.getReason()) + " (expected: a JPEG or PNG file)", e);
        }
    }
}
