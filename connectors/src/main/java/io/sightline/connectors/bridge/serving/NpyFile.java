package io.sightline.connectors.bridge.serving;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of numpy's ({@code np.save}) with one row of bytes in it. Nothing else is read, pickled objects least of all. */
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_AT = MAGIC.length;
    private static final int LENGTH_AT = VERSION_AT + 2;
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']{1,20})'");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(\\s*([0-9]*)\\s*,?\\s*\\)");
    private static final Pattern BYTE_TYPE = Pattern.compile("\\|(?:u1|i1|S[0-9]{1,9})");

    /** More than any file has, and the product of two such is a long. */
    private static final int MAX_DIGITS = 9;

    private NpyFile() {
    }

    static boolean isOne(byte[] file) {
        return file.length >= MAGIC.length && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * The bytes of its array: of type uint8 in one dimension, or one {@code bytes}.
     *
     * @param name of the tensor, for messages
     */
    static ByteBuffer bytes(String name, byte[] file) {
        int versionBytes = file.length > VERSION_AT && file[VERSION_AT] > 1 ? Integer.BYTES : Short.BYTES;
        int dataAt = LENGTH_AT + versionBytes;
        if (file.length < dataAt) {
            throw bad(name, file.length + " bytes of an .npy file");
        }
        ByteBuffer length = ByteBuffer.wrap(file, LENGTH_AT, versionBytes).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = versionBytes == Short.BYTES ? Short.toUnsignedLong(length.getShort()) : Integer.toUnsignedLong(length.getInt());
        if (headerLength > file.length - dataAt) {
            throw bad(name, "an .npy file whose header of " + headerLength + " bytes is longer than the file");
        }
        String header = new String(file, dataAt, (int) headerLength, StandardCharsets.ISO_8859_1);
        dataAt += (int) headerLength;
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!type.find() || !BYTE_TYPE.matcher(type.group(1)).matches() || !shape.find()) {
            throw bad(name, "an .npy file with " + RequestLimits.shown(header.strip()));
        }
        int item = type.group(1).charAt(1) == 'S' ? Integer.parseInt(type.group(1).substring(2)) : 1;
        long size = item * (shape.group(1).isEmpty() ? 1L : number(name, shape.group(1)));
        if (size != file.length - dataAt || item != 1 && size != item) {
            throw bad(name, "an .npy file with " + (file.length - dataAt) + " bytes for shape (" + shape.group(1) + ") of " + type.group(1));
        }
        return ByteBuffer.wrap(file, dataAt, file.length - dataAt).slice();
    }

    private static long number(String name, String digits) {
        if (digits.length() > MAX_DIGITS) {
            throw bad(name, "an .npy file of shape (" + RequestLimits.shown(digits) + ")");
        }
        return Long.parseLong(digits);
    }

    private static InvalidRequestException bad(String name, String seen) {
        return new InvalidRequestException(RequestLimits.shown(name) + ": " + seen + " (expected: the bytes of a JPEG or PNG file, as they are or as a uint8 array of one dimension)");
    }
}
