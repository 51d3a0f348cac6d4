package io.sightline.app.product;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Files that are no pictures, or bad ones. */
final class BadFiles {
    static final byte[] JPEG = Product.scene(3);
    static final byte[] PNG = png();
    private static final int FRAME_SIZE_AT = 5;

    private BadFiles() {
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** ISO 8859-1 text, then zeros to that length. */
    static byte[] padded(String start, int length) {
        return Arrays.copyOf(start.getBytes(StandardCharsets.ISO_8859_1), length);
    }

    static byte[] random(int length, int first) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        bytes[0] = (byte) first;
        return bytes;
    }

    static byte[] cut(byte[] whole, int length) {
        return Arrays.copyOf(whole, length);
    }

    /** A whole JPEG whose frame header says that size. */
    static byte[] jpegOfSize(int width, int height) {
        byte[] jpeg = JPEG.clone();
        for (int i = 2; i < jpeg.length; i += 2 + (Byte.toUnsignedInt(jpeg[i + 2]) << 8 | Byte.toUnsignedInt(jpeg[i + 3]))) {
            if (jpeg[i + 1] == (byte) 0xc0 || jpeg[i + 1] == (byte) 0xc2) {
                ByteBuffer.wrap(jpeg).putShort(i + FRAME_SIZE_AT, (short) height).putShort(i + FRAME_SIZE_AT + 2, (short) width);
                return jpeg;
            }
        }
        throw new IllegalStateException("no frame header");
    }

    /** A whole PNG whose header says that size; its data is one short deflate stream, however large it claims to be. */
    static byte[] pngOfSize(int width, int height) {
        return pngOf(width, height, deflate(new byte[10]));
    }

    /** A PNG of which the checksums are right and the compressed data is noise. */
    static byte[] pngOfNoise() {
        return pngOf(32, 32, random(300, 0x78));
    }

    private static byte[] pngOf(int width, int height, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        out.writeBytes(chunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).put((byte) 2).array()));
        out.writeBytes(chunk("IDAT", data));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length).put(text(type)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        return chunk.putInt((int) crc.getValue()).array();
    }

    private static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] buffer = new byte[data.length + 100];
        int length = deflater.deflate(buffer);
        deflater.end();
        return Arrays.copyOf(buffer, length);
    }

    private static byte[] png() {
        try {
            BufferedImage image = ImageIO.read(new java.io.ByteArrayInputStream(JPEG));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
