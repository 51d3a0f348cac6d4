package io.sightline.synth;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;

/** Paints the flat, evenly lit front of a product on a transparent ground. */
final class ProductPainter {
    /** Pixels of the longer side. */
    static final int LONG_SIDE = 320;

    private final Product product;
    private final int width;
    private final int height;
    private final Graphics2D g;
    private final BufferedImage image;

    private ProductPainter(Product product) {
        this.product = product;
        this.width = (int) Math.round(product.width(LONG_SIDE));
        this.height = (int) Math.round(product.height(LONG_SIDE));
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB_PRE);
        this.g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    }

    static BufferedImage paint(Product product) {
        ProductPainter painter = new ProductPainter(product);
        painter.paintAll();
        painter.g.dispose();
        return painter.image;
    }

    private void paintAll() {
        Shape body = scaled(product.kind().body());
        g.setColor(product.palette().body());
        g.fill(body);
        Shape wholeCanvas = g.getClip();
        g.clip(body);
        new PatternPainter(product, g, width, height).paint();
        new LabelPainter(product, g).paint(scaled(product.kind().panel()).getBounds2D(), width);
        g.setClip(wholeCanvas);
        Rectangle2D cap = product.kind().cap();
        if (cap != null) {
            paintCap(scaled(cap).getBounds2D());
        }
        g.setColor(new Color(0, 0, 0, 70));
        g.setStroke(new BasicStroke(1.5f));
        g.draw(body);
    }

    private Shape scaled(Shape unitShape) {
        return AffineTransform.getScaleInstance(width, height).createTransformedShape(unitShape);
    }

    private void paintCap(Rectangle2D cap) {
        Color color = product.palette().cap();
        g.setColor(color);
        g.fill(new RoundRectangle2D.Double(cap.getX(), cap.getY(), cap.getWidth(), cap.getHeight(), 6, 6));
        g.setColor(new Color(0, 0, 0, 60));
        g.setStroke(new BasicStroke(1));
        for (double x = cap.getX() + 4; x < cap.getMaxX() - 2; x += 6) {
            g.draw(new Line2D.Double(x, cap.getY() + 2, x, cap.getMaxY() - 2));
        }
    }
}
