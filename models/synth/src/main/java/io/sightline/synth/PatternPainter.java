package io.sightline.synth;

import java.awt.BasicStroke;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Paints the pattern printed all over a package, under its label. */
final class PatternPainter {
    private final Product product;
    private final Graphics2D g;
    private final int width;
    private final int height;
    private final double step;
    private final double reach;

    PatternPainter(Product product, Graphics2D g, int width, int height) {
        this.product = product;
        this.g = g;
        this.width = width;
        this.height = height;
        this.step = product.patternScale() * ProductPainter.LONG_SIDE;
        this.reach = StrictMath.hypot(width, height);
    }

    void paint() {
        AffineTransform upright = g.getTransform();
        g.setColor(product.palette().pattern());
        switch (product.pattern()) {
            case PLAIN -> { }
            case STRIPES -> stripes();
            case DOTS -> dots();
            case WAVES -> waves(false);
            case ZIGZAG -> waves(true);
            case RAYS -> rays();
            case CHECKS -> checks();
            case GRADIENT -> gradient();
            case SPLIT -> split();
        }
        g.setTransform(upright);
    }

    private void stripes() {
        g.rotate(product.patternAngle(), width / 2.0, height / 2.0);
        for (double y = height / 2.0 - reach; y < height / 2.0 + reach; y += step) {
            g.fill(new Rectangle2D.Double(width / 2.0 - reach, y, 2 * reach, step * 0.45));
        }
    }

    private void dots() {
        for (int row = 0; row * step * 0.86 < height + step; row++) {
            for (double x = row % 2 * step / 2; x < width + step; x += step) {
                g.fill(new Ellipse2D.Double(x - step * 0.3, row * step * 0.86 - step * 0.3, step * 0.6, step * 0.6));
            }
        }
    }

    private void waves(boolean sharp) {
        g.setStroke(new BasicStroke((float) (step * 0.35)));
        for (double y = 0; y < height + step; y += step) {
            g.draw(wave(y, step, sharp));
        }
    }

    private void rays() {
        int rays = 8 + (int) (product.patternAngle() * 4);
        double centreY = height * (0.2 + 3 * product.patternScale());
        for (int i = 0; i < rays; i++) {
            double from = 2 * Math.PI * i / rays;
            double to = from + Math.PI / rays;
            Path2D ray = new Path2D.Double();
            ray.moveTo(width / 2.0, centreY);
            ray.lineTo(width / 2.0 + 2 * reach * StrictMath.cos(from), centreY + 2 * reach * StrictMath.sin(from));
            ray.lineTo(width / 2.0 + 2 * reach * StrictMath.cos(to), centreY + 2 * reach * StrictMath.sin(to));
            g.fill(ray);
        }
    }

    private void checks() {
        for (int row = 0; row * step < height; row++) {
            for (int column = row % 2; column * step < width; column += 2) {
                g.fill(new Rectangle2D.Double(column * step, row * step, step, step));
            }
        }
    }

    private void gradient() {
        g.setPaint(new GradientPaint(0, 0, product.palette().body(),
                (float) (width * StrictMath.cos(product.patternAngle() / 2)), (float) (height * StrictMath.sin(product.patternAngle() / 2)),
                product.palette().pattern()));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
    }

    private void split() {
        double slope = (product.patternAngle() / Math.PI - 0.5) * height * 0.6;
        double middle = height * (0.2 + 3 * product.patternScale());
        Path2D half = new Path2D.Double();
        half.moveTo(0, middle - slope);
        half.lineTo(width, middle + slope);
        half.lineTo(width, 2 * reach);
        half.lineTo(0, 2 * reach);
        g.fill(half);
    }

    private Path2D wave(double y, double step, boolean sharp) {
        Path2D path = new Path2D.Double();
        path.moveTo(-step, y);
        int side = 1;
        for (double x = -step; x < width + step; x += step) {
            if (sharp) {
                path.lineTo(x + step / 2, y + side * step * 0.4);
                path.lineTo(x + step, y);
            } else {
                path.quadTo(x + step / 2, y + side * step * 0.6, x + step, y);
                side = -side;
            }
        }
        return path;
    }
}
