package io.sightline.app.gallery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Names of picture files made of entries' ids, which may hold anything: no two ids get one name, none leaves the folder. */
final class PictureName {
    private static final int MAX_CHARS = 80;
    private static final byte JPEG = (byte) 0xff;

    private PictureName() {
    }

    static String of(String id, ByteBuffer image) {
        String ending = image.hasRemaining() && image.get(image.position()) == JPEG ? ".jpg" : ".png";
        String plain = id.replaceAll("(?i)\\.(jpe?g|png)$", "").replaceAll("[^A-Za-z0-9_-]", "_");
        if (plain.equals(id) && id.length() <= MAX_CHARS) {
            return id + ending;
        }
        CRC32 sum = new CRC32();
        sum.update(id.getBytes(StandardCharsets.UTF_8));
        // With a dot, which no plain id has.
        return plain.substring(0, Math.min(plain.length(), MAX_CHARS)) + "." + HexFormat.of().toHexDigits((int) sum.getValue()) + Integer.toHexString(id.hashCode()) + ending;
    }
}
