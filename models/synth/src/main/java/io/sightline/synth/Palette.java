package io.sightline.synth;

import java.awt.Color;

/** The colours of one product. */
record Palette(Color body, Color pattern, Color label, Color emblem, Color ink, Color cap) {

    static Palette random(Rng rng) {
        double hue = rng.unit();
        double second = hue + rng.pick(0.08, 0.17, 0.33, 0.5, 0.62, 0.8) + rng.range(-0.03, 0.03);
        double third = hue + rng.range(0.2, 0.8);
        Color body = rng.chance(0.18)
                ? hsb(hue, rng.range(0, 0.12), rng.pick(0.12, 0.85, 0.95))
                : hsb(hue, rng.range(0.45, 1), rng.range(0.3, 0.95));
        Color pattern = rng.chance(0.3)
                ? hsb(hue, rng.range(0.2, 0.8), brightness(body) > 0.6 ? 0.35 : 0.95)
                : hsb(second, rng.range(0.4, 1), rng.range(0.35, 1));
        Color label = rng.chance(0.55)
                ? hsb(second, rng.range(0, 0.18), rng.range(0.88, 1))
                : hsb(third, rng.range(0.3, 0.9), rng.range(0.15, 0.9));
        Color emblem = contrasting(rng, hsb(third + 0.5, rng.range(0.6, 1), rng.range(0.4, 0.95)), label);
        Color ink = brightness(label) > 0.55
                ? hsb(hue, rng.range(0.3, 1), rng.range(0, 0.35))
                : hsb(second, rng.range(0, 0.35), rng.range(0.9, 1));
        Color cap = rng.chance(0.4) ? hsb(0, 0, rng.range(0.1, 0.95)) : hsb(second, rng.range(0.5, 1), rng.range(0.3, 0.9));
        return new Palette(body, pattern, label, emblem, ink, cap);
    }

    static Color hsb(double hue, double saturation, double value) {
        return Color.getHSBColor((float) hue, (float) saturation, (float) value);
    }

    /** Perceived brightness, 0..1. */
    static double brightness(Color color) {
        return (0.3 * color.getRed() + 0.59 * color.getGreen() + 0.11 * color.getBlue()) / 255;
    }

    static Color shade(Color color, double factor, int alpha) {
        return new Color((int) Math.min(255, color.getRed() * factor), (int) Math.min(255, color.getGreen() * factor),
                (int) Math.min(255, color.getBlue() * factor), alpha);
    }

    private static Color contrasting(Rng rng, Color color, Color ground) {
        int distance = Math.abs(color.getRed() - ground.getRed()) + Math.abs(color.getGreen() - ground.getGreen())
                + Math.abs(color.getBlue() - ground.getBlue());
        if (distance > 160) {
            return color;
        }
        return brightness(ground) > 0.5 ? hsb(rng.unit(), 0.9, 0.4) : hsb(rng.unit(), 0.5, 1);
    }
}
