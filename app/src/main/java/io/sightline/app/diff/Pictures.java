package io.sightline.app.diff;

import io.sightline.connectors.diff.ResultChange;
import java.util.Optional;

/** Finds the picture that two results are about. */
public interface Pictures extends AutoCloseable {
    /** None at all. */
    Pictures NONE = change -> Optional.empty();

    /** The file; empty: it is not to be found. Never fails. */
    Optional<byte[]> of(ResultChange change);

    @Override
    default void close() {
    }
}
