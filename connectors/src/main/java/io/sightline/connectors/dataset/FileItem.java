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
        try {
            return of(path, file, label, attributes, Files.readAttributes(file, BasicFileAttributes.class));
        } catch (IOException e) {
            return new DatasetItem(path, label, attributes, -1, 0, maxBytes -> read(file, maxBytes));
        }
    }

    static DatasetItem of(String path, Path file, Optional<String> label, Map<String, String> attributes, BasicFileAttributes of) {
        return new DatasetItem(path, label, attributes, of.size(), of.lastModifiedTime().toMillis(), maxBytes -> read(file, maxBytes));
    }

    private static byte[] read(Path file, int maxBytes) throws IOException {
        try {
            long bytes = Files.size(file);
            if (bytes > maxBytes) {
                throw new IOException(bytes + " bytes (expected: at most " + maxBytes + ")");
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
