package io.sightline.connect.gallery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What an entry was made of: enough to tell that nothing has changed without reading the picture, and that only its time has with reading it.
 *
 * @param bytes size of the file
 * @param modifiedNs when it was modified, nanoseconds since 1970
 * @param label hash of the label
 * @param content hash of the picture
 */
record Fingerprint(long bytes, long modifiedNs, String label, String content) {
    private static final int HASH_BYTES = 8;
    private static final String SEPARATOR = " ";

    static Fingerprint of(Candidate candidate, byte[] picture) {
        return new Fingerprint(candidate.bytes(), candidate.modifiedNs(), hash(candidate.label().getBytes(StandardCharsets.UTF_8)), hash(picture));
    }

    /** Nothing has changed, as far as can be told without reading the picture. */
    boolean isOf(Candidate candidate) {
        return bytes == candidate.bytes() && modifiedNs == candidate.modifiedNs() && label.equals(hash(candidate.label().getBytes(StandardCharsets.UTF_8)));
    }

    boolean sameEntry(Fingerprint other) {
        return label.equals(other.label) && content.equals(other.content);
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The form in Connect's offsets. */
    @Override
    public String toString() {
        return String.join(SEPARATOR, Long.toString(bytes), Long.toString(modifiedNs), label, content);
    }

    /** @throws IllegalArgumentException where {@link #toString} did not write it */
    static Fingerprint parse(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("'" + text + "' (expected: size, time, two hashes)");
        }
        return new Fingerprint(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2], parts[3]);
    }
}
