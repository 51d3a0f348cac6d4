package io.sightline.app.diff;

import io.sightline.schemas.RecognitionResult;
import java.util.function.Consumer;

/** Results from somewhere. */
public interface ResultSet {
    /** How the user called it. */
    String name();

    /**
     * All of them, once.
     *
     * @return how many records were there that are no results
     * @throws RuntimeException where they can't be read, with a message for the user
     */
    long each(Consumer<RecognitionResult> use);
}
