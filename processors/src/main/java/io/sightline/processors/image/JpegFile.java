package io.sightline.processors.image;

import io.sightline.schemas.request.InvalidRequestException;

/** Walks a JPEG file's segments. */
final class JpegFile {
    private static final int SOF0 = 0xc0;
    private static final int SOF15 = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int TEM = 0x01;
    private static final int AFTER_SOI = 2;
    private static final int SHORTEST_FRAME_HEADER = 8;

    private JpegFile() {
    }

    static ImageHeader header(byte[] bytes) {
        int at = AFTER_SOI;
        while (true) {
            at = nextMarker(bytes, at);
            int marker = bytes[at - 1] & 0xff;
            if (marker == SOS || marker == EOI) {
                throw new InvalidRequestException("image: a JPEG without a frame header (expected: its size before byte " + at + ")");
            }
            if (standsAlone(marker)) {
                continue;
            }
            int length = segmentLength(bytes, at);
            if (isFrame(marker)) {
                return frame(bytes, at, length);
            }
            at += length;
        }
    }

    private static ImageHeader frame(byte[] bytes, int at, int length) {
        if (length < SHORTEST_FRAME_HEADER) {
            throw new InvalidRequestException("image: a JPEG frame header of " + length + " bytes (expected: at least " + SHORTEST_FRAME_HEADER + ")");
        }
        int height = unsignedShort(bytes, at + 3);
        int width = unsignedShort(bytes, at + 5);
        if (width == 0 || height == 0) {
            throw new InvalidRequestException("image: a JPEG of " + width + "x" + height + " pixels (expected: at least 1x1)");
        }
        return new ImageHeader(ImageFormat.JPEG, width, height);
    }

    /** Follows the segments, over the compressed data of every scan, to the end marker. What comes behind it does not matter. */
    static void checkWhole(byte[] bytes) {
        int at = AFTER_SOI;
        boolean scanSeen = false;
        while (true) {
            at = nextMarker(bytes, at);
            int marker = bytes[at - 1] & 0xff;
            if (marker == EOI) {
                if (!scanSeen) {
                    throw new InvalidRequestException("image: a JPEG without picture data (expected: at least one scan before its end)");
                }
                return;
            }
            if (!standsAlone(marker)) {
                scanSeen |= marker == SOS;
                at += segmentLength(bytes, at);
            }
        }
    }

    /** Index behind the next marker's code. Skips compressed data, where FF is followed by 0, and fill bytes. */
    private static int nextMarker(byte[] bytes, int from) {
        int last = bytes.length - 1;
        for (int at = from; at < last; at++) {
            if (bytes[at] == (byte) 0xff) {
                byte code = bytes[at + 1];
                if (code != 0 && code != (byte) 0xff) {
                    return at + 2;
                }
            }
        }
        throw truncated(bytes);
    }

    private static int segmentLength(byte[] bytes, int at) {
        if (at + 2 > bytes.length) {
            throw truncated(bytes);
        }
        int length = unsignedShort(bytes, at);
        if (length < 2) {
            throw new InvalidRequestException("image: a JPEG segment of length " + length + " at byte " + at + " (expected: at least 2)");
        }
        if (at + length > bytes.length) {
            throw truncated(bytes);
        }
        return length;
    }

    private static InvalidRequestException truncated(byte[] bytes) {
        return new InvalidRequestException("image: a JPEG cut off at byte " + bytes.length + " (expected: its end marker FF D9)");
    }

    private static boolean standsAlone(int marker) {
        return marker >= RST0 && marker <= RST7 || marker == SOI || marker == TEM;
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
