package io.sightline.synth;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEG in memory, never by way of the disk. Always the JDK's own coder, so that equal pixels give equal bytes whatever plugins there are. */
final class Jpeg {
    private static final String JDK = "com.sun.imageio.plugins.jpeg.";

    private Jpeg() {
    }

    static byte[] encode(BufferedImage image, float quality) {
        ImageWriter writer = jdks(ImageIO.getImageWritersByFormatName("jpeg"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    static BufferedImage decode(byte[] picture) {
        ImageReader reader = jdks(ImageIO.getImageReadersByFormatName("jpeg"));
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture))) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            reader.dispose();
        }
    }

    private static <T> T jdks(Iterator<T> coders) {
        while (coders.hasNext()) {
            T coder = coders.next();
            if (coder.getClass().getName().startsWith(JDK)) {
                return coder;
            }
        }
        throw new IllegalStateException("JPEG coder: none of the JDK's own (expected: module java.desktop with ImageIO)");
    }
}
