package io.sightline.processors.image;

import io.sightline.schemas.request.InvalidRequestException;
import java.nio.charset.StandardCharsets;

/** File formats that are decoded, told by their first bytes. */
public enum ImageFormat {
    JPEG,
    PNG;

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** True where the bytes begin as a JPEG or PNG file does. */
    public static boolean isImage(byte[] bytes) {
        return isJpeg(bytes) || isPng(bytes);
    }

    /** @throws InvalidRequestException where the bytes begin as something else; the message names what */
    public static ImageFormat of(byte[] bytes) {
        if (isJpeg(bytes)) {
            return JPEG;
        }
        if (isPng(bytes)) {
            return PNG;
        }
        if (bytes.length == 0) {
            throw new InvalidRequestException("image: 0 bytes (expected: a JPEG or PNG file)");
        }
        String what = ForeignFormat.name(bytes);
        throw new InvalidRequestException("image: begins with " + ForeignFormat.hex(bytes) + (what.isEmpty() ? "" : ", " + what)
                + " (expected: a JPEG or PNG file)");
    }

    private static boolean isJpeg(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8 && bytes[2] == (byte) 0xff;
    }

    private static boolean isPng(byte[] bytes) {
        return ForeignFormat.startsWith(bytes, 0, new String(PNG_SIGNATURE, StandardCharsets.ISO_8859_1));
    }
}
