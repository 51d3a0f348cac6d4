package io.sightline.synth;

/** The four corners (top left, top right, bottom right, bottom left) of a flat front seen by a camera. */
record Pose(double[] x, double[] y) {

    /** Turns a width x height front by the three angles (radians) and projects it around its centre. */
    static Pose of(double centreX, double centreY, double width, double height, double roll, double yaw, double pitch) {
        double focal = 2.2 * Math.max(width, height);
        double[] xs = new double[4];
        double[] ys = new double[4];
        for (int i = 0; i < 4; i++) {
            double px = (i == 1 || i == 2 ? 0.5 : -0.5) * width;
            double py = (i >= 2 ? 0.5 : -0.5) * height;
            double yawX = px * StrictMath.cos(yaw);
            double depth = px * StrictMath.sin(yaw);
            double pitchY = py * StrictMath.cos(pitch);
            depth += py * StrictMath.sin(pitch);
            double perspective = focal / (focal + depth);
            double flatX = yawX * perspective;
            double flatY = pitchY * perspective;
            xs[i] = centreX + flatX * StrictMath.cos(roll) - flatY * StrictMath.sin(roll);
            ys[i] = centreY + flatX * StrictMath.sin(roll) + flatY * StrictMath.cos(roll);
        }
        return new Pose(xs, ys);
    }

    static Pose random(Rng rng, double centreX, double centreY, double width, double height) {
        boolean standing = rng.chance(0.5);
        double maxRoll = Math.toRadians(standing ? 6 : 30);
        return of(centreX, centreY, width, height, rng.range(-maxRoll, maxRoll),
                Math.toRadians(rng.range(-32, 32)), Math.toRadians(rng.range(-22, 22)));
    }

    Pose shifted(double dx, double dy) {
        double[] xs = x.clone();
        double[] ys = y.clone();
        for (int i = 0; i < 4; i++) {
            xs[i] += dx;
            ys[i] += dy;
        }
        return new Pose(xs, ys);
    }

    double minX() {
        return Math.min(Math.min(x[0], x[1]), Math.min(x[2], x[3]));
    }

    double maxX() {
        return Math.max(Math.max(x[0], x[1]), Math.max(x[2], x[3]));
    }

    double minY() {
        return Math.min(Math.min(y[0], y[1]), Math.min(y[2], y[3]));
    }

    double maxY() {
        return Math.max(Math.max(y[0], y[1]), Math.max(y[2], y[3]));
    }

    /** Homography from picture coordinates to the unit square of the front, as nine row-major coefficients. */
    double[] toUnitSquare() {
        double sx = x[0] - x[1] + x[2] - x[3];
        double sy = y[0] - y[1] + y[2] - y[3];
        double dx1 = x[1] - x[2];
        double dx2 = x[3] - x[2];
        double dy1 = y[1] - y[2];
        double dy2 = y[3] - y[2];
        double det = dx1 * dy2 - dx2 * dy1;
        double g = (sx * dy2 - dx2 * sy) / det;
        double h = (dx1 * sy - sx * dy1) / det;
        double a = x[1] - x[0] + g * x[1];
        double b = x[3] - x[0] + h * x[3];
        double c = x[0];
        double d = y[1] - y[0] + g * y[1];
        double e = y[3] - y[0] + h * y[3];
        double f = y[0];
        return new double[] {e - f * h, c * h - b, b * f - c * e, f * g - d, a - c * g, c * d - a * f, d * h - e * g, b * g - a * h,
            a * e - b * d};
    }
}
