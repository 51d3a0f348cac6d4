package io.sightline.app.report;

import java.util.List;
import java.util.Locale;

/** A picture with boxes drawn over it, as markup. */
public final class BoxedPicture {
    /** What a box says by its colour. */
    public enum Kind {
        /** It has an answer. */
        KNOWN,
        /** It has none. */
        UNKNOWN,
        /** It is wrong, or gone. */
        WRONG;

        String style() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One box.
     *
     * @param corners x1, y1, x2, y2 in pixels of the picture itself
     * @param caption any text
     */
    public record Box(List<Integer> corners, String caption, Kind kind) {
        public Box {
            if (corners.size() != 4) {
                throw new IllegalArgumentException("box: " + corners + " (expected: x1, y1, x2, y2)");
            }
        }
    }

    private static final double LINE_SHARE = 1 / 120.0;
    private static final double TEXT_SHARE = 1 / 22.0;

    private BoxedPicture() {
    }

    /** @param alternative what the picture shows, for those who can't see it */
    public static String markup(Thumbnail picture, List<Box> boxes, String alternative) {
        double side = Math.max(picture.width(), picture.height());
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, "<svg class=\"boxed\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", picture.width(), picture.height(), HtmlPage.escape(alternative)));
        svg.append(String.format(Locale.ROOT, "<image href=\"%s\" width=\"%d\" height=\"%d\" preserveAspectRatio=\"none\"/>", picture.dataUri(), picture.width(), picture.height()));
        for (Box box : boxes) {
            int x = box.corners().get(0);
            int y = box.corners().get(1);
            svg.append(String.format(Locale.ROOT, "<g class=\"%s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" stroke-width=\"%.2f\"/>", box.kind().style(), x, y,
                    box.corners().get(2) - x, box.corners().get(3) - y, side * LINE_SHARE));
            double size = side * TEXT_SHARE;
            svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" stroke-width=\"%.2f\">%s</text></g>", x + size / 4, Math.max(size, y + size * 1.1), size, size / 5,
                    HtmlPage.escape(box.caption())));
        }
        return svg.append("</svg>\n").toString();
    }
}
