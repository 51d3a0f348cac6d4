package io.sightline.connectors.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells whether two requests ask the same: SHA-256 of what is asked. Not of how it is written: a form's boundary is another one each time. */
final class Fingerprint {
    private Fingerprint() {
    }

    /** @param what the picture, or where it is; its position is left as it is */
    static byte[] of(RecognitionQuery query, ByteBuffer what) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(query.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(what.duplicate());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
