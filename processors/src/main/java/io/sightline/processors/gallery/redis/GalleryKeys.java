package io.sightline.processors.gallery.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of a gallery's keys. They carry the log and a digest of the model and of how the index is built: another log, model or way never
 * meets these entries. The part in braces makes them one slot of a cluster.
 */
record GalleryKeys(String base) {
    private static final int DIGEST_CHARS = 12;

    /** @param way how the index is built, as far as it can't be changed afterwards */
    static GalleryKeys of(String prefix, String logId, String gallery, String modelId, String way) {
        return new GalleryKeys(prefix + "{" + logId + "/" + gallery + "/" + digest(modelId + "|" + way) + "}:");
    }

    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))).substring(0, DIGEST_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] baseBytes() {
        return Script.bytes(base);
    }

    byte[] state() {
        return Script.bytes(base + "state");
    }

    byte[] state(long generation) {
        return Script.bytes(base + "state" + generation);
    }

    byte[] lock() {
        return Script.bytes(base + "lock");
    }

    byte[] generations() {
        return Script.bytes(base + "generations");
    }

    String data(long generation) {
        return base + "g" + generation;
    }

    byte[] dataBytes(long generation) {
        return Script.bytes(data(generation));
    }
}
