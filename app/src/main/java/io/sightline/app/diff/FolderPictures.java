package io.sightline.app.diff;

import io.sightline.connectors.diff.ResultChange;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Pictures in a folder, named as the request ids are: {@code ID}, {@code ID.jpg}, {@code ID.jpeg} or {@code ID.png}; ids may name files in folders within. */
public final class FolderPictures implements Pictures {
    private static final List<String> ENDINGS = List.of("", ".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG");
    private final Path folder;

    /** @throws IllegalArgumentException where it is no folder */
    public FolderPictures(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--images: " + folder + " (expected: a folder)");
        }
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public Optional<byte[]> of(ResultChange change) {
        for (String ending : ENDINGS) {
            try {
                Path file = folder.resolve(change.id() + ending).normalize();
                // An id is anybody's: it must not lead out of the folder.
                if (file.startsWith(folder) && Files.isRegularFile(file) && Files.size(file) <= RequestLimits.DEFAULT.maxImageBytes()) {
                    return Optional.of(Files.readAllBytes(file));
                }
            } catch (InvalidPathException | IOException e) {
                // Not to be found under this name.
            }
        }
        return Optional.empty();
    }
}
