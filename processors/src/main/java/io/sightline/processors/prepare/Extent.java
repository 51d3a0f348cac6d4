package io.sightline.processors.prepare;

/** Width and height in pixels. */
public record Extent(int width, int height) {
    public Extent {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size: " + width + "x" + height + " (expected: at least 1x1)");
        }
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
