package io.sightline.synth;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** Backgrounds without products: walls, shelves, wood, tiles, texture, bokeh, and clutter that is not a product. */
final class Backdrop {
    private final Canvas canvas;
    private final Rng rng;
    private final int width;
    private final int height;

    private Backdrop(Canvas canvas, Rng rng) {
        this.canvas = canvas;
        this.rng = rng;
        this.width = canvas.width;
        this.height = canvas.height;
    }

    /** Fills the canvas with a background and clutter. */
    static void paint(Canvas canvas, Rng rng) {
        Backdrop backdrop = new Backdrop(canvas, rng);
        Graphics2D g = canvas.graphics();
        switch (rng.below(7)) {
            case 0 -> backdrop.room(g);
            case 1 -> backdrop.shelf(g);
            case 2 -> backdrop.wood(g);
            case 3 -> backdrop.tiles(g);
            case 4 -> backdrop.bokeh(g);
            default -> backdrop.texture(g);
        }
        int things = rng.chance(0.25) ? 0 : rng.between(1, 12);
        for (int i = 0; i < things; i++) {
            double size = rng.logRange(0.05, 0.4) * canvas.width;
            Clutter.paintThing(g, rng, rng.range(0, canvas.width), rng.range(0, canvas.height), size);
        }
        g.dispose();
    }

    /** Fills the canvas with a nearly even light ground, as in a catalogue picture. */
    static void paintPlain(Canvas canvas, Rng rng) {
        Graphics2D g = canvas.graphics();
        float hue = (float) rng.unit();
        double value = rng.chance(0.8) ? rng.range(0.8, 1) : rng.range(0.3, 0.8);
        Color top = Palette.hsb(hue, rng.range(0, 0.1), value);
        Color bottom = Palette.hsb(hue, rng.range(0, 0.1), value * rng.range(0.88, 1));
        g.setPaint(new GradientPaint(0, 0, top, 0, canvas.height, bottom));
        g.fillRect(0, 0, canvas.width, canvas.height);
        g.dispose();
    }

    private Color muted() {
        return Palette.hsb(rng.unit(), rng.range(0, 0.55), rng.range(0.15, 0.95));
    }

    private void room(Graphics2D g) {
        Color wall = muted();
        g.setPaint(new GradientPaint(0, 0, wall, width * (float) rng.unit(), height, Palette.shade(wall, rng.range(0.6, 1.2), 255)));
        g.fillRect(0, 0, width, height);
        double horizon = height * rng.range(0.35, 0.9);
        Color floor = muted();
        g.setPaint(new GradientPaint(0, (float) horizon, Palette.shade(floor, 0.8, 255), 0, height, floor));
        g.fill(new Rectangle2D.Double(0, horizon, width, height));
        grain(g, 0.25);
    }

    private void shelf(Graphics2D g) {
        Color back = muted();
        g.setColor(back);
        g.fillRect(0, 0, width, height);
        Color board = muted();
        double spacing = height * rng.range(0.28, 0.6);
        double thickness = height * rng.range(0.025, 0.07);
        for (double y = rng.range(0, spacing); y < height + spacing; y += spacing) {
            g.setPaint(new GradientPaint(0, (float) (y - spacing), Palette.shade(back, 0.45, 200), 0, (float) y, Palette.shade(back, 1.1, 120)));
            g.fill(new Rectangle2D.Double(0, y - spacing, width, spacing));
            g.setColor(board);
            g.fill(new Rectangle2D.Double(0, y, width, thickness));
            g.setColor(Palette.shade(board, 0.5, 255));
            g.fill(new Rectangle2D.Double(0, y + thickness, width, thickness * 0.3));
            for (double x = rng.range(0, 80); x < width; x += rng.range(50, 160)) {
                if (rng.chance(0.6)) {
                    g.setColor(rng.pick(Color.WHITE, new Color(255, 240, 120), new Color(240, 90, 70)));
                    g.fill(new Rectangle2D.Double(x, y, thickness * 1.9, thickness * 0.95));
                    g.setColor(Color.DARK_GRAY);
                    g.fill(new Rectangle2D.Double(x + thickness * 0.3, y + thickness * 0.3, thickness * 1.2, thickness * 0.25));
                }
            }
        }
        if (rng.chance(0.5)) {
            for (double x = rng.range(0, 200); x < width; x += rng.range(120, 320)) {
                g.setColor(Palette.shade(board, 0.8, 255));
                g.fill(new Rectangle2D.Double(x, 0, thickness * 0.7, height));
            }
        }
        grain(g, 0.15);
    }

    private void wood(Graphics2D g) {
        Color wood = Palette.hsb(rng.range(0.04, 0.12), rng.range(0.2, 0.7), rng.range(0.3, 0.9));
        g.setColor(wood);
        g.fillRect(0, 0, width, height);
        double plank = rng.range(40, 160);
        for (double y = 0; y < height; y += plank) {
            g.setColor(Palette.shade(wood, rng.range(0.85, 1.12), 255));
            g.fill(new Rectangle2D.Double(0, y, width, plank - 1.5));
            for (int i = 0; i < 10; i++) {
                double at = y + rng.range(2, plank - 2);
                Path2D vein = new Path2D.Double();
                vein.moveTo(0, at);
                vein.curveTo(width * 0.3, at + rng.range(-8, 8), width * 0.6, at + rng.range(-8, 8), width, at + rng.range(-4, 4));
                g.setColor(Palette.shade(wood, rng.range(0.6, 0.9), 110));
                g.setStroke(new BasicStroke((float) rng.range(0.5, 2.5)));
                g.draw(vein);
            }
        }
        grain(g, 0.2);
    }

    private void tiles(Graphics2D g) {
        Color joint = muted();
        g.setColor(joint);
        g.fillRect(0, 0, width, height);
        Color tile = muted();
        double tileWidth = rng.range(25, 140);
        double tileHeight = tileWidth * rng.pick(0.4, 0.5, 1.0);
        boolean brick = rng.chance(0.5);
        AffineTransform upright = g.getTransform();
        g.rotate(rng.range(-0.3, 0.3), width / 2.0, height / 2.0);
        int row = 0;
        for (double y = -height * 0.5; y < height * 1.5; y += tileHeight, row++) {
            double offset = brick && row % 2 == 1 ? tileWidth / 2 : 0;
            for (double x = -width * 0.5 - offset; x < width * 1.5; x += tileWidth) {
                g.setColor(Palette.shade(tile, rng.range(0.82, 1.12), 255));
                g.fill(new Rectangle2D.Double(x, y, tileWidth - 2.5, tileHeight - 2.5));
            }
        }
        g.setTransform(upright);
        grain(g, 0.2);
    }

    private void bokeh(Graphics2D g) {
        Color dark = Palette.hsb(rng.unit(), rng.range(0.1, 0.7), rng.range(0.08, 0.5));
        g.setPaint(new GradientPaint(0, 0, dark, width, height, Palette.shade(dark, rng.range(0.5, 1.8), 255)));
        g.fillRect(0, 0, width, height);
        int lights = rng.between(15, 60);
        double hue = rng.unit();
        for (int i = 0; i < lights; i++) {
            double radius = rng.logRange(6, 60);
            g.setColor(Palette.shade(Palette.hsb(hue + rng.range(-0.15, 0.15), rng.range(0.1, 0.8), 1), 1, rng.between(25, 130)));
            g.fill(new Ellipse2D.Double(rng.range(-radius, width), rng.range(-radius, height), 2 * radius, 2 * radius));
        }
        grain(g, 0.1);
    }

    private void texture(Graphics2D g) {
        g.setColor(muted());
        g.fillRect(0, 0, width, height);
        for (int cells = rng.between(2, 5); cells < 200; cells *= 3) {
            drawNoise(g, cells, rng.between(40, 130), rng.chance(0.5));
        }
    }

    private void grain(Graphics2D g, double strength) {
        drawNoise(g, rng.between(4, 12), (int) (255 * strength), false);
        drawNoise(g, rng.between(60, 200), (int) (255 * strength * 0.6), false);
    }

    /** Random cells stretched smoothly over the canvas. */
    private void drawNoise(Graphics2D g, int cells, int alpha, boolean coloured) {
        int columns = cells;
        int rows = Math.max(2, (int) (cells * height / (double) width * rng.range(0.5, 2)));
        BufferedImage noise = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
        int[] pixels = ((DataBufferInt) noise.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < pixels.length; i++) {
            int a = rng.below(alpha + 1);
            if (coloured) {
                pixels[i] = a << 24 | rng.below(0x1000000);
            } else {
                pixels[i] = a << 24 | (rng.chance(0.5) ? 0xFFFFFF : 0);
            }
        }
        g.drawImage(noise, -width / columns, -height / rows, width + 2 * width / columns, height + 2 * height / rows, null);
    }
}
