package io.sightline.synth;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** A random mark inside the unit circle: an outline, and a detail painted over it in a second colour. */
record Emblem(Shape outline, Shape detail) {

    static Emblem random(Rng rng) {
        Shape outline = figure(rng);
        AffineTransform inner = AffineTransform.getScaleInstance(0.45, 0.45);
        Shape detail = rng.chance(0.5) ? inner.createTransformedShape(figure(rng)) : circle(0, 0, rng.range(0.08, 0.3));
        return new Emblem(outline, detail);
    }

    private static Shape figure(Rng rng) {
        switch (rng.below(10)) {
            case 0:
                return star(rng.between(4, 12), rng.range(0.35, 0.8), rng.range(0, 6));
            case 1:
                return star(rng.between(3, 7), 1, rng.range(0, 6));
            case 2:
                return ring(rng);
            case 3:
                return leaves(rng);
            case 4:
                return blob(rng);
            case 5:
            case 6:
                return animal(rng);
            case 7:
                return sun(rng);
            case 8:
                return crescent(rng);
            default:
                return fruit(rng);
        }
    }

    private static Shape circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    /** A star; with inner = 1 a regular polygon. */
    private static Shape star(int points, double inner, double turn) {
        Path2D path = new Path2D.Double();
        int corners = inner == 1 ? points : 2 * points;
        for (int i = 0; i < corners; i++) {
            double radius = i % 2 == 0 ? 1 : inner;
            double angle = turn + 2 * Math.PI * i / corners;
            double x = radius * StrictMath.cos(angle);
            double y = radius * StrictMath.sin(angle);
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        path.closePath();
        return path;
    }

    private static Shape ring(Rng rng) {
        Area ring = new Area(rng.chance(0.6) ? circle(0, 0, 1) : star(rng.between(4, 8), 1, rng.range(0, 6)));
        ring.subtract(new Area(circle(rng.range(-0.15, 0.15), rng.range(-0.15, 0.15), rng.range(0.4, 0.7))));
        return ring;
    }

    private static Shape leaves(Rng rng) {
        Path2D leaf = new Path2D.Double();
        double width = rng.range(0.25, 0.6);
        leaf.moveTo(0, 0);
        leaf.quadTo(0.5, -width, 1, 0);
        leaf.quadTo(0.5, width, 0, 0);
        int count = rng.between(1, 7);
        double spread = rng.chance(0.5) ? 2 * Math.PI : Math.PI * 0.8;
        double start = rng.range(0, 6.28);
        Area leaves = new Area();
        for (int i = 0; i < count; i++) {
            leaves.add(new Area(AffineTransform.getRotateInstance(start + spread * i / count).createTransformedShape(leaf)));
        }
        return leaves;
    }

    private static Shape blob(Rng rng) {
        double[] amplitude = new double[5];
        double[] phase = new double[5];
        for (int k = 0; k < 5; k++) {
            amplitude[k] = rng.range(0, 0.28) / (1 + 0.3 * k);
            phase[k] = rng.range(0, 6.28);
        }
        Path2D path = new Path2D.Double();
        for (int i = 0; i < 48; i++) {
            double angle = 2 * Math.PI * i / 48;
            double radius = 0.7;
            for (int k = 0; k < 5; k++) {
                radius += amplitude[k] * StrictMath.cos((k + 2) * angle + phase[k]);
            }
            radius = Math.max(0.15, Math.min(1, radius));
            if (i == 0) {
                path.moveTo(radius, 0);
            } else {
                path.lineTo(radius * StrictMath.cos(angle), radius * StrictMath.sin(angle));
            }
        }
        path.closePath();
        return path;
    }

    /** Body, head, ears, legs and a tail: reads as some animal. */
    private static Shape animal(Rng rng) {
        double bodyWidth = rng.range(0.45, 0.75);
        double bodyHeight = rng.range(0.25, 0.5);
        Area animal = new Area(new Ellipse2D.Double(-bodyWidth, -bodyHeight, 2 * bodyWidth, 2 * bodyHeight));
        double head = rng.range(0.2, 0.38);
        double headX = bodyWidth * 0.9;
        double headY = -bodyHeight * rng.range(0.2, 1.3);
        animal.add(new Area(circle(headX, headY, head)));
        double ear = rng.range(0.08, 0.4);
        for (int side = -1; side <= 1; side += 2) {
            double earX = headX + side * head * 0.55;
            animal.add(new Area(new Ellipse2D.Double(earX - 0.09, headY - head - ear, 0.18, 2 * ear)));
        }
        int legs = rng.below(5);
        double legLength = rng.range(0.2, 0.6);
        for (int i = 0; i < legs; i++) {
            double x = -bodyWidth * 0.75 + 1.5 * bodyWidth * i / Math.max(1, legs - 1);
            animal.add(new Area(new Rectangle2D.Double(x - 0.07, 0, 0.14, bodyHeight + legLength)));
        }
        Path2D tail = new Path2D.Double();
        tail.moveTo(-bodyWidth * 0.8, 0);
        tail.quadTo(-bodyWidth * 1.3, -rng.range(-0.5, 0.9), -1, -rng.range(0, 0.9));
        animal.add(new Area(new BasicStroke((float) rng.range(0.06, 0.25)).createStrokedShape(tail)));
        return rng.chance(0.5) ? animal : AffineTransform.getScaleInstance(-1, 1).createTransformedShape(animal);
    }

    private static Shape sun(Rng rng) {
        Area sun = new Area(circle(0, 0, rng.range(0.35, 0.6)));
        int rays = rng.between(5, 12);
        double width = rng.range(0.05, 0.14);
        for (int i = 0; i < rays; i++) {
            Shape ray = new Rectangle2D.Double(0.3, -width, 0.7, 2 * width);
            sun.add(new Area(AffineTransform.getRotateInstance(2 * Math.PI * i / rays).createTransformedShape(ray)));
        }
        return sun;
    }

    private static Shape crescent(Rng rng) {
        Area moon = new Area(circle(0, 0, 1));
        double angle = rng.range(0, 6.28);
        double offset = rng.range(0.35, 0.7);
        moon.subtract(new Area(circle(offset * StrictMath.cos(angle), offset * StrictMath.sin(angle), rng.range(0.55, 0.85))));
        return moon;
    }

    private static Shape fruit(Rng rng) {
        Area fruit = new Area(circle(0, 0.2, rng.range(0.5, 0.75)));
        if (rng.chance(0.5)) {
            fruit.add(new Area(circle(rng.range(-0.5, 0.5), 0.35, rng.range(0.3, 0.5))));
        }
        Path2D stalk = new Path2D.Double();
        stalk.moveTo(0, -0.2);
        stalk.quadTo(rng.range(-0.3, 0.3), -0.7, rng.range(-0.4, 0.4), -1);
        fruit.add(new Area(new BasicStroke((float) rng.range(0.08, 0.2)).createStrokedShape(stalk)));
        return fruit;
    }
}
