package io.sightline.synth;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.ArrayList;
import java.util.List;

/** A picture with transparency, kept at halving sizes so that it can be pasted small without aliasing. */
final class Sprite {
    private record Level(int width, int height, int[] pixels) {
    }

    private static final double SHADOW_SPRITE_SIDE = 20;

    private final List<Level> levels = new ArrayList<>();

    Sprite(BufferedImage premultiplied) {
        Level level = new Level(premultiplied.getWidth(), premultiplied.getHeight(),
                ((DataBufferInt) premultiplied.getRaster().getDataBuffer()).getData());
        levels.add(level);
        while (Math.min(level.width, level.height) > 8) {
            level = halved(level);
            levels.add(level);
        }
    }

    int width() {
        return levels.get(0).width;
    }

    int height() {
        return levels.get(0).height;
    }

    private static Level halved(Level source) {
        int width = source.width / 2;
        int height = source.height / 2;
        int[] pixels = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 2 * y * source.width + 2 * x;
                int p = source.pixels[at];
                int q = source.pixels[at + 1];
                int r = source.pixels[at + source.width];
                int s = source.pixels[at + source.width + 1];
                int result = 0;
                for (int shift = 0; shift < 32; shift += 8) {
                    int sum = (p >>> shift & 255) + (q >>> shift & 255) + (r >>> shift & 255) + (s >>> shift & 255);
                    result |= (sum + 2) / 4 << shift;
                }
                pixels[y * width + x] = result;
            }
        }
        return new Level(width, height, pixels);
    }

    /** Pastes the sprite and marks its pixels as owned; returns how many pixels it covers, those outside the canvas included. */
    int paint(Canvas canvas, Pose pose, Shading shading, int owner) {
        double scale = Math.max(width() / StrictMath.hypot(pose.x()[1] - pose.x()[0], pose.y()[1] - pose.y()[0]),
                height() / StrictMath.hypot(pose.x()[3] - pose.x()[0], pose.y()[3] - pose.y()[0]));
        Level level = levels.get(Math.max(0, Math.min(levels.size() - 1, (int) Math.floor(StrictMath.log(scale) / StrictMath.log(2) + 0.35))));
        double[] m = pose.toUnitSquare();
        int covered = 0;
        for (int y = (int) Math.floor(pose.minY()); y <= pose.maxY(); y++) {
            for (int x = (int) Math.floor(pose.minX()); x <= pose.maxX(); x++) {
                double px = x + 0.5;
                double py = y + 0.5;
                double z = m[6] * px + m[7] * py + m[8];
                double u = (m[0] * px + m[1] * py + m[2]) / z;
                double v = (m[3] * px + m[4] * py + m[5]) / z;
                if (u < 0 || u >= 1 || v < 0 || v >= 1) {
                    continue;
                }
                long colour = sample(level, u, v);
                int alpha = (int) (colour >>> 24);
                if (alpha == 0) {
                    continue;
                }
                if (alpha > 127) {
                    covered++;
                }
                if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) {
                    continue;
                }
                int at = y * canvas.width + x;
                int step = (int) (u * Shading.STEPS);
                canvas.pixels[at] = blend(canvas.pixels[at], (int) colour, alpha, shading.gain[step], shading.gloss[step]);
                if (alpha > 127) {
                    canvas.owner[at] = (byte) owner;
                }
            }
        }
        return covered;
    }

    /** Darkens the canvas softly where the sprite would cast its shadow. */
    void paintShadow(Canvas canvas, Pose pose, double strength) {
        Level level = levels.get(0);
        for (Level candidate : levels) {
            if (Math.max(candidate.width, candidate.height) >= SHADOW_SPRITE_SIDE) {
                level = candidate;
            }
        }
        double[] m = pose.toUnitSquare();
        int lastY = (int) Math.min(canvas.height - 1, pose.maxY());
        int lastX = (int) Math.min(canvas.width - 1, pose.maxX());
        for (int y = (int) Math.max(0, pose.minY()); y <= lastY; y++) {
            for (int x = (int) Math.max(0, pose.minX()); x <= lastX; x++) {
                double px = x + 0.5;
                double py = y + 0.5;
                double z = m[6] * px + m[7] * py + m[8];
                double u = (m[0] * px + m[1] * py + m[2]) / z;
                double v = (m[3] * px + m[4] * py + m[5]) / z;
                if (u >= 0 && u < 1 && v >= 0 && v < 1) {
                    int alpha = (int) (sample(level, u, v) >>> 24);
                    int at = y * canvas.width + x;
                    canvas.pixels[at] = blend(canvas.pixels[at], 0, (int) (alpha * strength), 256, 0);
                }
            }
        }
    }

    private static int blend(int below, int premultiplied, int alpha, int gain, int gloss) {
        int result = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int above = ((premultiplied >>> shift & 255) * gain >> 8) + gloss * alpha / 255;
            int value = above + (below >>> shift & 255) * (255 - alpha) / 255;
            result |= Math.min(255, value) << shift;
        }
        return result;
    }

    /** Bilinear. */
    private static long sample(Level level, double u, double v) {
        double sx = u * level.width - 0.5;
        double sy = v * level.height - 0.5;
        int x = (int) Math.floor(sx);
        int y = (int) Math.floor(sy);
        int fx = (int) ((sx - x) * 256);
        int fy = (int) ((sy - y) * 256);
        int x0 = Math.max(0, x);
        int y0 = Math.max(0, y) * level.width;
        int x1 = Math.min(level.width - 1, x + 1);
        int y1 = Math.min(level.height - 1, y + 1) * level.width;
        int p = level.pixels[y0 + x0];
        int q = level.pixels[y0 + x1];
        int r = level.pixels[y1 + x0];
        int s = level.pixels[y1 + x1];
        long result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int top = (p >>> shift & 255) * (256 - fx) + (q >>> shift & 255) * fx;
            int bottom = (r >>> shift & 255) * (256 - fx) + (s >>> shift & 255) * fx;
            result |= (long) (top * (256 - fy) + bottom * fy >> 16) << shift;
        }
        return result;
    }
}
