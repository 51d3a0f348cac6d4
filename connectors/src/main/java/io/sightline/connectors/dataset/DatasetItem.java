package io.sightline.connectors.dataset;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * One picture of a dataset.
 *
 * @param path within the dataset, with slashes
 * @param label what it shows, where the dataset says so
 * @param attributes what else a list says about it
 * @param bytes size of the file; -1: it could not be asked
 * @param modifiedMs when the file was last changed, milliseconds since 1970-01-01 UTC; 0: not known
 * @param picture reads the file
 */
public record DatasetItem(String path, Optional<String> label, Map<String, String> attributes, long bytes, long modifiedMs, Picture picture) {
    /** A file, read when it is wanted. Thread-safe. */
    public interface Picture {
        /**
         * @param maxBytes a file that is larger is not read
         * @throws IOException the message says what is wrong, for the user
         */
        byte[] read(int maxBytes) throws IOException;
    }
}
