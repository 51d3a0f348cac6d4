package io.sightline.synth;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/** Things that are no products. */
final class Clutter {
    private Clutter() {
    }

    /** One thing that is no product: ball, plate, plain block, leaf, sheet of paper, cable, mug, pen, blob. */
    static void paintThing(Graphics2D g, Rng rng, double x, double y, double size) {
        AffineTransform upright = g.getTransform();
        g.translate(x, y);
        g.rotate(rng.range(0, 2 * Math.PI));
        Color color = Palette.hsb(rng.unit(), rng.range(0, 0.9), rng.range(0.1, 1));
        double half = size / 2;
        g.setPaint(new GradientPaint((float) -half, (float) -half, Palette.shade(color, 1.25, 255), (float) half, (float) half,
                Palette.shade(color, rng.range(0.4, 0.8), 255)));
        switch (rng.below(9)) {
            case 0:
                g.fill(new Ellipse2D.Double(-half, -half, size, size));
                break;
            case 1:
                g.fill(new Ellipse2D.Double(-half, -half, size, size));
                g.setColor(Palette.shade(color, 0.85, 255));
                g.setStroke(new BasicStroke((float) (size * 0.03)));
                g.draw(new Ellipse2D.Double(-half * 0.7, -half * 0.7, size * 0.7, size * 0.7));
                break;
            case 2:
                double blockHeight = size * rng.range(0.3, 1);
                g.fill(new RoundRectangle2D.Double(-half, -blockHeight / 2, size, blockHeight, size * 0.1, size * 0.1));
                break;
            case 3:
                Path2D leaf = new Path2D.Double();
                leaf.moveTo(-half, 0);
                leaf.quadTo(0, -half * rng.range(0.4, 1.4), half, 0);
                leaf.quadTo(0, half * rng.range(0.4, 1.4), -half, 0);
                g.fill(leaf);
                g.setColor(Palette.shade(color, 0.6, 255));
                g.draw(new Line2D.Double(-half, 0, half, 0));
                break;
            case 4:
                paintPaper(g, rng, size);
                break;
            case 5:
                Path2D cable = new Path2D.Double();
                cable.moveTo(-size * 1.5, rng.range(-size, size));
                cable.curveTo(-half, rng.range(-size, size), half, rng.range(-size, size), size * 1.5, rng.range(-size, size));
                g.setStroke(new BasicStroke((float) rng.range(2, 9), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
                g.draw(cable);
                break;
            case 6:
                g.setStroke(new BasicStroke((float) (size * 0.09)));
                g.draw(new Ellipse2D.Double(half * 0.3, -half * 0.5, half, half));
                g.fill(new RoundRectangle2D.Double(-half, -half * 0.8, size * 0.75, size * 0.8, size * 0.12, size * 0.12));
                break;
            case 7:
                g.fill(new RoundRectangle2D.Double(-size, -size * 0.04, 2 * size, size * 0.08, size * 0.05, size * 0.05));
                break;
            default:
                Path2D stone = new Path2D.Double();
                int corners = rng.between(5, 9);
                for (int i = 0; i < corners; i++) {
                    double angle = 2 * Math.PI * i / corners;
                    double radius = half * rng.range(0.6, 1);
                    if (i == 0) {
                        stone.moveTo(radius, 0);
                    } else {
                        stone.lineTo(radius * StrictMath.cos(angle), radius * StrictMath.sin(angle));
                    }
                }
                stone.closePath();
                g.fill(stone);
                break;
        }
        g.setTransform(upright);
    }

    private static void paintPaper(Graphics2D g, Rng rng, double size) {
        Shape sheet = new Rectangle2D.Double(-size / 2, -size * 0.65, size, size * 1.3);
        g.setColor(Palette.hsb(rng.unit(), rng.range(0, 0.12), rng.range(0.75, 1)));
        g.fill(sheet);
        g.setColor(new Color(60, 60, 70));
        int lines = rng.between(4, 14);
        for (int i = 0; i < lines; i++) {
            double y = size * (-0.55 + 1.1 * i / lines);
            g.fill(new Rectangle2D.Double(-size * 0.42, y, size * rng.range(0.3, 0.84), size * 0.5 / lines));
        }
    }
}
