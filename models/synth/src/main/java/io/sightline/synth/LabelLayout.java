package io.sightline.synth;

import java.awt.geom.Rectangle2D;

/** Where emblem, brand, variety and small print go: side by side on wide panels, stacked on tall ones. */
record LabelLayout(Rectangle2D emblem, Rectangle2D brand, Rectangle2D variety, Rectangle2D print, boolean sideways, boolean overEmblem) {

    static LabelLayout of(Rectangle2D panel, int arrangement) {
        if (panel.getWidth() > 1.4 * panel.getHeight()) {
            boolean left = arrangement % 2 == 0;
            double x = left ? 0.4 : 0;
            return new LabelLayout(part(panel, left ? 0 : 0.62, 0, 0.38, 1), part(panel, x, 0.05, 0.6, 0.5),
                    part(panel, x, 0.58, 0.6, 0.2), part(panel, x, 0.82, 0.6, 0.18), false, false);
        }
        return switch (arrangement) {
            case 0 -> new LabelLayout(part(panel, 0.34, 0.05, 0.66, 0.5), part(panel, 0, 0, 0.32, 1),
                    part(panel, 0.34, 0.6, 0.66, 0.16), part(panel, 0.34, 0.8, 0.66, 0.2), true, false);
            case 1 -> new LabelLayout(part(panel, 0, 0, 1, 0.5), part(panel, 0, 0.52, 1, 0.24),
                    part(panel, 0.1, 0.77, 0.8, 0.1), part(panel, 0.1, 0.88, 0.8, 0.12), false, false);
            case 2 -> new LabelLayout(part(panel, 0, 0.26, 1, 0.48), part(panel, 0, 0, 1, 0.24),
                    part(panel, 0.05, 0.76, 0.9, 0.11), part(panel, 0.1, 0.89, 0.8, 0.11), false, false);
            case 3 -> new LabelLayout(part(panel, 0, 0.46, 1, 0.54), part(panel, 0, 0, 1, 0.2),
                    part(panel, 0.1, 0.22, 0.8, 0.1), part(panel, 0.1, 0.34, 0.8, 0.1), false, false);
            default -> new LabelLayout(part(panel, 0, 0, 1, 0.8), part(panel, 0, 0.42, 1, 0.3),
                    part(panel, 0.1, 0.82, 0.8, 0.1), part(panel, 0.1, 0.93, 0.8, 0.07), false, true);
        };
    }

    private static Rectangle2D part(Rectangle2D panel, double x, double y, double w, double h) {
        return new Rectangle2D.Double(panel.getX() + x * panel.getWidth(), panel.getY() + y * panel.getHeight(),
                w * panel.getWidth(), h * panel.getHeight());
    }
}
