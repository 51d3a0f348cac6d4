package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.image.DecodedImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A picture whose file is a line of text that says what is to be seen in it: {@code picture 100x80 10,20,50,60,0.9,bottle ...}. Counts
 * how often it was closed, and refuses to be read after that.
 */
final class TestPicture implements DecodedImage {
    final String text;
    final List<DetectedBox> boxes = new ArrayList<>();
    final AtomicInteger closed = new AtomicInteger();
    private final int width;
    private final int height;

    private TestPicture(String text) {
        this.text = text;
        String[] words = text.split(" ");
        String[] size = words[1].split("x");
        width = Integer.parseInt(size[0]);
        height = Integer.parseInt(size[1]);
        for (int i = 2; i < words.length; i++) {
            String[] parts = words[i].split(",");
            if (parts.length == 6) {
                boxes.add(new DetectedBox(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]),
                        Float.parseFloat(parts[4]), parts[5]));
            }
        }
    }

    static byte[] file(String content) {
        return ("picture " + content).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException no such file */
    static TestPicture decode(byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        if (!text.startsWith("picture ")) {
            throw new IllegalArgumentException("image: begins with '" + text.substring(0, Math.min(8, text.length())) + "' (expected: a picture)");
        }
        return new TestPicture(text);
    }

    boolean says(String word) {
        return text.contains(word);
    }

    void checkOpen() {
        if (closed.get() > 0) {
            throw new IllegalStateException("read after it was closed: " + text);
        }
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
