package io.sightline.processors.image;

import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.request.RequestLimits;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Picture files for tests, drawn on the spot. */
public final class Pictures {
    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private Pictures() {
    }

    /** Four corners of four colours: red, green, blue, white from the top left, clockwise red, green, white, blue. */
    public static BufferedImage corners(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean right = x >= width / 2;
                boolean below = y >= height / 2;
                image.setRGB(x, y, below ? right ? 0xffffff : 0x0000ff : right ? 0x00ff00 : 0xff0000);
            }
        }
        return image;
    }

    /** Smooth colours that differ everywhere. */
    public static BufferedImage gradient(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (x * 255 / width) << 16 | (y * 255 / height) << 8 | (x + y) * 255 / (width + height));
            }
        }
        return image;
    }

    public static BufferedImage noise(int width, int height, long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return image;
    }

    public static byte[] jpeg(BufferedImage image) {
        return encode(image, "jpeg");
    }

    public static byte[] png(BufferedImage image) {
        return encode(image, "png");
    }

    private static byte[] encode(BufferedImage image, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("no writer of " + format + " for this picture");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A JPEG of four channels and no colour transform, which readers take for CMYK. */
    static byte[] fourChannelJpeg(int width, int height, int... values) {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
        for (int channel = 0; channel < 4; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    raster.setSample(x, y, channel, values[channel]);
                }
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(new IIOImage(raster, null, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** The JPEG with an EXIF segment that says how the camera was held. */
    static byte[] withOrientation(byte[] jpeg, int orientation) {
        byte[] exif = ByteBuffer.allocate(36)
                .put((byte) 0xff).put((byte) 0xe1).putShort((short) 34)
                .put("Exif\0\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0)
                .putInt(0)
                .array();
        return ByteBuffer.allocate(jpeg.length + exif.length).put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2).array();
    }

    /** A whole PNG whose header says that size; its data is one short deflate stream, however large it claims to be. */
    static byte[] pngOfSize(int width, int height) {
        return pngOf(header(width, height, 8, 2), deflate(new byte[10]));
    }

    /** A PNG of 16-bit grey or colour samples, all of the value given. */
    static byte[] png16(int width, int height, boolean colour, int value) {
        int channels = colour ? 3 : 1;
        ByteBuffer rows = ByteBuffer.allocate(height * (1 + width * channels * 2));
        for (int y = 0; y < height; y++) {
            rows.put((byte) 0);
            for (int i = 0; i < width * channels; i++) {
                rows.putShort((short) value);
            }
        }
        return pngOf(header(width, height, 16, colour ? 2 : 0), deflate(rows.array()));
    }

    static byte[] header(int width, int height, int bits, int colourType) {
        return ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) bits).put((byte) colourType).array();
    }

    static byte[] pngOf(byte[] header, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PNG_SIGNATURE);
        out.writeBytes(chunk("IHDR", header));
        out.writeBytes(chunk("IDAT", data));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length)
                .put(type.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).put(data);
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
        return java.util.Arrays.copyOf(buffer, length);
    }

    /** A decoder with the limits of the service and room for two of the largest pictures. */
    public static ImageDecoder decoder() {
        return new ImageDecoder(RequestLimits.DEFAULT, new PixelBudget(2 * RequestLimits.DEFAULT.maxImagePixels(), 10_000));
    }

    /** Decodes a file that is in order. The test closes the picture. */
    public static DecodedImage decode(byte[] file) {
        try {
            StageResult<DecodedImage> result = decoder().decode(file);
            if (result instanceof StageResult.Accepted<DecodedImage> accepted) {
                return accepted.value();
            }
            throw new AssertionError(result);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Blue, green, red of a pixel. */
    public static int[] bgr(DecodedImage image, int x, int y) {
        return MatImage.of(image).read(mat -> {
            byte[] pixel = new byte[3];
            mat.ptr(y, x).get(pixel);
            return new int[] {pixel[0] & 0xff, pixel[1] & 0xff, pixel[2] & 0xff};
        });
    }

    /** The pixel's colour, where it is nearly one of those that {@link #corners} draws. */
    static String colour(DecodedImage image, int x, int y) {
        int[] bgr = bgr(image, x, y);
        StringBuilder high = new StringBuilder();
        high.append(bgr[2] > 127 ? "r" : "").append(bgr[1] > 127 ? "g" : "").append(bgr[0] > 127 ? "b" : "");
        return switch (high.toString()) {
            case "r" -> "red";
            case "g" -> "green";
            case "b" -> "blue";
            case "rgb" -> "white";
            default -> high.toString();
        };
    }
}
