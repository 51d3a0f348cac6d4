package io.sightline.processors.image;

import io.sightline.schemas.request.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Walks a PNG file's chunks. */
final class PngFile {
    private static final int SIGNATURE_BYTES = 8;
    private static final int HEADER_CHUNK_BYTES = 25;
    private static final int LENGTH_AND_TYPE = 8;
    private static final int CHECKSUM_BYTES = 4;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    /** Set in the first letter of chunks that a reader may skip. */
    private static final int ANCILLARY = 0x20000000;

    private PngFile() {
    }

    static ImageHeader header(byte[] bytes) {
        if (bytes.length < SIGNATURE_BYTES + HEADER_CHUNK_BYTES) {
            throw truncated(bytes);
        }
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (file.getInt(12) != IHDR || file.getInt(8) != 13) {
            throw new InvalidRequestException("image: a PNG whose first chunk is '" + type(file.getInt(12)) + "' (expected: IHDR)");
        }
        int width = file.getInt(16);
        int height = file.getInt(20);
        if (width <= 0 || height <= 0) {
            throw new InvalidRequestException("image: a PNG of " + Integer.toUnsignedString(width) + "x" + Integer.toUnsignedString(height)
                    + " pixels (expected: 1.." + Integer.MAX_VALUE + " a side)");
        }
        checkSamples(bytes[24], bytes[25]);
        return new ImageHeader(ImageFormat.PNG, width, height);
    }

    /** Otherwise libpng writes what it thinks of them to standard error. */
    private static void checkSamples(int bits, int colourType) {
        String allowed = switch (colourType) {
            case 0 -> "1, 2, 4, 8, 16";
            case 2, 4, 6 -> "8, 16";
            case 3 -> "1, 2, 4, 8";
            default -> throw new InvalidRequestException("image: a PNG of colour type " + (colourType & 0xff) + " (expected: 0, 2, 3, 4 or 6)");
        };
        if (!List.of(allowed.split(", ")).contains(String.valueOf(bits))) {
            throw new InvalidRequestException("image: a PNG of colour type " + colourType + " with " + (bits & 0xff) + " bits (expected: " + allowed + ")");
        }
    }

    /** Follows the chunks to IEND; checksums of the chunks that the picture is made of must be right. */
    static void checkWhole(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        CRC32 crc = new CRC32();
        boolean dataSeen = false;
        int at = SIGNATURE_BYTES;
        while (true) {
            if (bytes.length - at < LENGTH_AND_TYPE + CHECKSUM_BYTES) {
                throw truncated(bytes);
            }
            int length = file.getInt(at);
            int type = file.getInt(at + 4);
            if (length < 0) {
                throw new InvalidRequestException("image: a PNG chunk of " + Integer.toUnsignedString(length) + " bytes at byte " + at
                        + " (expected: at most " + Integer.MAX_VALUE + ")");
            }
            if (length > bytes.length - at - LENGTH_AND_TYPE - CHECKSUM_BYTES) {
                throw truncated(bytes);
            }
            if ((type & ANCILLARY) == 0) {
                crc.reset();
                crc.update(bytes, at + 4, length + 4);
                if ((int) crc.getValue() != file.getInt(at + LENGTH_AND_TYPE + length)) {
                    throw new InvalidRequestException("image: a damaged PNG, its chunk '" + type(type) + "' at byte " + at
                            + " has another checksum (expected: " + Integer.toHexString((int) crc.getValue()) + ")");
                }
            }
            dataSeen |= type == IDAT;
            if (type == IEND) {
                if (!dataSeen) {
                    throw new InvalidRequestException("image: a PNG without picture data (expected: an IDAT chunk)");
                }
                return;
            }
            at += LENGTH_AND_TYPE + length + CHECKSUM_BYTES;
        }
    }

    private static InvalidRequestException truncated(byte[] bytes) {
        return new InvalidRequestException("image: a PNG cut off at byte " + bytes.length + " (expected: its end chunk IEND)");
    }

    private static String type(int type) {
        byte[] letters = ByteBuffer.allocate(4).putInt(type).array();
        return new String(letters, StandardCharsets.ISO_8859_1).replaceAll("[^A-Za-z]", "?");
    }
}
