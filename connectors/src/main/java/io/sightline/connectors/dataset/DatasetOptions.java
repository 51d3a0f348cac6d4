package io.sightline.connectors.dataset;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How paths are to be understood.
 *
 * @param imageFolder the first folder below each path, or within each archive, is the label (the ImageFolder layout)
 * @param root what the paths within lists are relative to; empty: the list's own folder
 */
public record DatasetOptions(boolean imageFolder, Optional<Path> root) {
    public static final DatasetOptions DEFAULTS = new DatasetOptions(false, Optional.empty());
}
