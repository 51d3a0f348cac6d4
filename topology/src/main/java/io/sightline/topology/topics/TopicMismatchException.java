package io.sightline.topology.topics;

import java.util.List;

/** Topics are not as Sightline needs them. The message names each topic, the key, what was seen and what was expected. */
public final class TopicMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopicMismatchException(List<String> mismatches) {
        super(String.join("; ", mismatches), null, false, false);
    }
}
