package io.sightline.synth;

/** What the light, the lens, the sensor and the JPEG encoder do to a picture. */
final class Camera {
    private static final int[] NORMAL = normalTable();

    private final Rng rng;
    /** 0 = studio, 1 = hand-held. */
    private final double severity;

    Camera(Rng rng, double severity) {
        this.rng = rng;
        this.severity = severity;
    }

    /** Applies light, blur and noise in place. */
    void shoot(Canvas canvas) {
        light(canvas);
        if (rng.chance(0.6 * severity)) {
            blur(canvas, rng.range(0.3, 1.3));
        }
        if (rng.chance(0.15 * severity)) {
            motion(canvas, rng.range(1.5, 5), rng.range(0, Math.PI));
        }
        noise(canvas, rng.chance(0.7) ? rng.range(0, 6 * severity) : rng.range(0, 16 * severity));
    }

    float jpegQuality() {
        return (float) (severity < 0.5 ? rng.range(0.85, 0.95) : rng.range(0.4, 0.95));
    }

    private void light(Canvas canvas) {
        double exposure = StrictMath.pow(2, rng.range(-0.6, 0.5) * severity);
        double contrast = 1 + rng.range(-0.25, 0.25) * severity;
        double[] balance = {1 + rng.range(-0.15, 0.15) * severity, 1 + rng.range(-0.06, 0.06) * severity,
            1 + rng.range(-0.15, 0.15) * severity};
        double slopeX = rng.range(-0.45, 0.45) * severity;
        double slopeY = rng.range(-0.45, 0.45) * severity;
        double vignette = rng.range(0, 0.35) * severity;
        int[][] curve = new int[3][256];
        for (int c = 0; c < 3; c++) {
            for (int v = 0; v < 256; v++) {
                double value = v / 255.0 * exposure * balance[c];
                value = (value - 0.45) * contrast + 0.45;
                curve[c][v] = (int) Math.max(0, Math.min(4095, value * 4095));
            }
        }
        for (int y = 0; y < canvas.height; y++) {
            double dy = (y + 0.5) / canvas.height - 0.5;
            for (int x = 0; x < canvas.width; x++) {
                double dx = (x + 0.5) / canvas.width - 0.5;
                int gain = (int) (256 * (1 + slopeX * dx + slopeY * dy - vignette * 2 * (dx * dx + dy * dy)));
                int at = y * canvas.width + x;
                int p = canvas.pixels[at];
                int r = Math.min(255, curve[0][p >> 16 & 255] * gain >> 12);
                int g = Math.min(255, curve[1][p >> 8 & 255] * gain >> 12);
                int b = Math.min(255, curve[2][p & 255] * gain >> 12);
                canvas.pixels[at] = r << 16 | g << 8 | b;
            }
        }
    }

    private static void blur(Canvas canvas, double sigma) {
        int radius = (int) Math.ceil(2 * sigma);
        int[] kernel = new int[2 * radius + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            sum += StrictMath.exp(-i * i / (2 * sigma * sigma));
        }
        int[] offsets = new int[kernel.length];
        for (int i = -radius; i <= radius; i++) {
            kernel[i + radius] = (int) Math.round(65536 * StrictMath.exp(-i * i / (2 * sigma * sigma)) / sum);
            offsets[i + radius] = i;
        }
        int[] none = new int[kernel.length];
        average(canvas, kernel, offsets, none);
        average(canvas, kernel, none, offsets);
    }

    private static void motion(Canvas canvas, double length, double angle) {
        int steps = (int) Math.ceil(length) + 1;
        int[] kernel = new int[steps];
        int[] dx = new int[steps];
        int[] dy = new int[steps];
        for (int i = 0; i < steps; i++) {
            double at = (i / (steps - 1.0) - 0.5) * length;
            kernel[i] = 65536 / steps;
            dx[i] = (int) Math.round(at * StrictMath.cos(angle));
            dy[i] = (int) Math.round(at * StrictMath.sin(angle));
        }
        average(canvas, kernel, dx, dy);
    }

    /** Weighted mean of shifted copies; weights in 1/65536. */
    private static void average(Canvas canvas, int[] weights, int[] dx, int[] dy) {
        int[] source = canvas.pixels.clone();
        int w = canvas.width;
        int h = canvas.height;
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int r = 32768;
                int g = 32768;
                int b = 32768;
                for (int i = 0; i < weights.length; i++) {
                    int sx = Math.max(0, Math.min(w - 1, x + dx[i]));
                    int sy = Math.max(0, Math.min(h - 1, y + dy[i]));
                    int p = source[sy * w + sx];
                    r += weights[i] * (p >> 16 & 255);
                    g += weights[i] * (p >> 8 & 255);
                    b += weights[i] * (p & 255);
                }
                canvas.pixels[y * w + x] = Math.min(255, r >> 16) << 16 | Math.min(255, g >> 16) << 8 | Math.min(255, b >> 16);
            }
        }
    }

    private void noise(Canvas canvas, double sigma) {
        if (sigma < 0.5) {
            return;
        }
        int scale = (int) (sigma * 16);
        long state = rng.nextLong() | 1;
        for (int i = 0; i < canvas.pixels.length; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            int p = canvas.pixels[i];
            int r = clamp((p >> 16 & 255) + (NORMAL[(int) (state >>> 52)] * scale >> 12));
            int g = clamp((p >> 8 & 255) + (NORMAL[(int) (state >>> 40) & 4095] * scale >> 12));
            int b = clamp((p & 255) + (NORMAL[(int) (state >>> 28) & 4095] * scale >> 12));
            canvas.pixels[i] = r << 16 | g << 8 | b;
        }
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }

    /** Normal deviates in 1/256. */
    private static int[] normalTable() {
        Rng rng = new Rng(0, 0);
        int[] table = new int[4096];
        for (int i = 0; i < table.length; i++) {
            table[i] = (int) Math.round(256 * rng.normal());
        }
        return table;
    }
}
