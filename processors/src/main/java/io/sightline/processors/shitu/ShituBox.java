package io.sightline.processors.shitu;

/**
 * A rectangle in whole pixels of the picture that was sent, as the stock server answers it.
 *
 * @param x2 right edge: the first column behind what is cut out, though the suppression counts it in
 * @param y2 likewise
 */
public record ShituBox(int x1, int y1, int x2, int y2) {
    public static ShituBox whole(int width, int height) {
        return new ShituBox(0, 0, width, height);
    }

    /** Width and height counted with both edges: one pixel more than their difference. */
    float area() {
        return (x2 - x1 + 1f) * (y2 - y1 + 1f);
    }

    /** Share of the common area, single precision as numpy computes it there. */
    float iou(ShituBox other) {
        float width = Math.max(0f, Math.min(x2, other.x2) - Math.max(x1, other.x1) + 1f);
        float height = Math.max(0f, Math.min(y2, other.y2) - Math.max(y1, other.y1) + 1f);
        float common = width * height;
        return common / (area() + other.area() - common);
    }
}
