package io.sightline.app.evaluate;

import io.sightline.app.evaluate.PrecisionRecall.Point;
import io.sightline.synth.Face;
import io.sightline.synth.Lettering;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Draws a precision-recall curve. Uses {@link Lettering}, so that it works where no fonts are installed. */
final class CurvePicture {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 720;
    private static final int LEFT = 90;
    private static final int TOP = 80;
    private static final int RIGHT = WIDTH - 40;
    private static final int BOTTOM = HEIGHT - 80;
    private static final float TITLE = 22;
    private static final float TEXT = 16;
    private static final Color INK = new Color(0x22, 0x2b, 0x35);
    private static final Color GRID = new Color(0xdd, 0xe2, 0xe7);
    private static final Color CURVE = new Color(0x1f, 0x6f, 0xb5);
    private static final Color AREA = new Color(0x1f, 0x6f, 0xb5, 0x28);
    private static final Color MARK = new Color(0xd9, 0x5f, 0x0e);

    private final Graphics2D g;

    private CurvePicture(Graphics2D g) {
        this.g = g;
    }

    static void write(PrecisionRecall curve, double scoreThreshold, String model, Path png) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        CurvePicture picture = new CurvePicture(g);
        picture.axes();
        picture.curve(curve);
        picture.mark(curve.at(scoreThreshold), scoreThreshold);
        picture.text(String.format(Locale.ROOT, "%s   AP50 %.3f, %d true boxes", model, curve.averagePrecision(), curve.trueBoxes()), LEFT, TOP - 30, TITLE, INK);
        g.dispose();
        Files.createDirectories(png.toAbsolutePath().getParent());
        ImageIO.write(image, "png", png.toFile());
    }

    private void axes() {
        for (int tenth = 0; tenth <= 10; tenth++) {
            double value = tenth / 10.0;
            g.setColor(GRID);
            g.setStroke(new BasicStroke(1));
            g.draw(new Line2D.Double(x(value), TOP, x(value), BOTTOM));
            g.draw(new Line2D.Double(LEFT, y(value), RIGHT, y(value)));
            String label = String.format(Locale.ROOT, "%.1f", value);
            double width = Lettering.width(label, Face.SANS_BOLD, TEXT);
            text(label, x(value) - width / 2, BOTTOM + 24, TEXT, INK);
            text(label, LEFT - 12 - width, y(value) + 6, TEXT, INK);
        }
        g.setColor(INK);
        g.setStroke(new BasicStroke(1.5f));
        g.draw(new Rectangle2D.Double(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP));
        text("recall", (LEFT + RIGHT) / 2.0 - Lettering.width("recall", Face.SANS_BOLD, TEXT) / 2, HEIGHT - 24, TEXT, INK);
        AffineTransform upright = AffineTransform.getTranslateInstance(28, (TOP + BOTTOM) / 2.0 + Lettering.width("precision", Face.SANS_BOLD, TEXT) / 2);
        upright.rotate(-Math.PI / 2);
        g.fill(upright.createTransformedShape(Lettering.outline("precision", Face.SANS_BOLD, TEXT)));
    }

    private void curve(PrecisionRecall curve) {
        double[] envelope = curve.envelope();
        if (envelope.length == 0) {
            return;
        }
        Path2D.Double line = new Path2D.Double();
        Path2D.Double area = new Path2D.Double();
        line.moveTo(x(0), y(curve.points().get(0).precision()));
        area.moveTo(x(0), y(0));
        double before = 0;
        for (int i = 0; i < envelope.length; i++) {
            Point point = curve.points().get(i);
            line.lineTo(x(point.recall()), y(point.precision()));
            area.lineTo(x(before), y(envelope[i]));
            area.lineTo(x(point.recall()), y(envelope[i]));
            before = point.recall();
        }
        area.lineTo(x(before), y(0));
        area.closePath();
        g.setColor(AREA);
        g.fill(area);
        g.setColor(CURVE);
        g.setStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(line);
    }

    private void mark(Point point, double scoreThreshold) {
        g.setColor(MARK);
        g.fill(new Ellipse2D.Double(x(point.recall()) - 6, y(point.precision()) - 6, 12, 12));
        String text = String.format(Locale.ROOT, "score >= %.2f: recall %.3f, precision %.3f", scoreThreshold, point.recall(), point.precision());
        double width = Lettering.width(text, Face.SANS_BOLD, TEXT);
        // Below and left of the mark: the curve turns down at its right. Near the bottom there is only room above.
        double y = y(point.precision()) + 34 < BOTTOM ? y(point.precision()) + 34 : y(point.precision()) - 20;
        text(text, Math.max(LEFT + 8, Math.min(x(point.recall()) - width - 12, RIGHT - width - 8)), y, TEXT, MARK);
    }

    private void text(String text, double x, double y, float size, Color colour) {
        g.setColor(colour);
        g.fill(AffineTransform.getTranslateInstance(x, y).createTransformedShape(Lettering.outline(text, Face.SANS_BOLD, size)));
    }

    private static double x(double recall) {
        return LEFT + recall * (RIGHT - LEFT);
    }

    private static double y(double precision) {
        return BOTTOM - precision * (BOTTOM - TOP);
    }
}
