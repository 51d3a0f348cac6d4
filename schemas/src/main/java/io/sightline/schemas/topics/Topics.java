package io.sightline.schemas.topics;

/**
 * Names of the topics of one installation.
 *
 * @param prefix put before each topic's base name, {@code sightline.} unless configured; may be empty
 */
public record Topics(String prefix) {
    public static final String DEFAULT_PREFIX = "sightline.";
    /** Room for a 16 MiB image with its record's fields and headers: max.message.bytes of the topics that carry images, max.request.size of producers. */
    public static final int MAX_MESSAGE_BYTES = (16 << 20) + (1 << 20);

    public Topics {
        if (!prefix.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("topics prefix: '" + prefix + "' (expected: at most 100 of A-Z a-z 0-9 . _ -)");
        }
    }

    public String name(Topic topic) {
        return prefix + topic.baseName();
    }
}
