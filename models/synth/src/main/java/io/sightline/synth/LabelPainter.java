package io.sightline.synth;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Locale;

/** Paints the label of a package: its ground, emblem, words, small print and badge. */
final class LabelPainter {
    private final Product product;
    private final Rng rng;
    private final Graphics2D g;
    private final WordPainter words;

    LabelPainter(Product product, Graphics2D g) {
        this.product = product;
        this.rng = new Rng(product.seed(), 3);
        this.g = g;
        this.words = new WordPainter(g);
    }

    void paint(Rectangle2D kindPanel, int width) {
        Rectangle2D panel = kindPanel;
        if (product.labelStyle() == Product.LabelStyle.BAND) {
            double bandHeight = panel.getHeight() * 0.62;
            panel = new Rectangle2D.Double(0, panel.getCenterY() - bandHeight / 2, width, bandHeight);
        }
        g.setColor(product.palette().label());
        switch (product.labelStyle()) {
            case PANEL:
            case BAND:
                g.fill(panel);
                break;
            case ROUNDED:
                double arc = Math.min(panel.getWidth(), panel.getHeight()) * 0.4;
                g.fill(new RoundRectangle2D.Double(panel.getX(), panel.getY(), panel.getWidth(), panel.getHeight(), arc, arc));
                break;
            case OVAL:
                g.fill(new Ellipse2D.Double(panel.getX(), panel.getY(), panel.getWidth(), panel.getHeight()));
                break;
            default:
                break;
        }
        double margin = product.labelStyle() == Product.LabelStyle.OVAL ? 0.13 : 0.05;
        arrange(new Rectangle2D.Double(panel.getX() + margin * panel.getWidth(), panel.getY() + margin * panel.getHeight(),
                panel.getWidth() * (1 - 2 * margin), panel.getHeight() * (1 - 2 * margin)));
    }

    private void arrange(Rectangle2D panel) {
        LabelLayout layout = LabelLayout.of(panel, product.arrangement());
        paintEmblem(layout.emblem());
        if (layout.overEmblem()) {
            g.setColor(product.palette().body());
            g.fill(layout.brand());
        }
        Color ground = layout.overEmblem() || product.labelStyle() == Product.LabelStyle.NONE
                ? product.palette().body() : product.palette().label();
        Color ink = readable(product.palette().ink(), ground);
        Product.BrandType type = product.type();
        String brand = type.capitals() ? product.brand().toUpperCase(Locale.ROOT) : Words.capitalised(product.brand());
        words.fit(brand, type.face(), layout.brand(), ink, layout.sideways());
        words.fit(product.variety(), type.face(), layout.variety(), readable(product.palette().emblem(), ground), false);
        words.fillWithPrint(layout.print(), ink, rng);
        if (product.badge()) {
            paintBadge(panel);
        }
    }

    private static Color readable(Color color, Color ground) {
        if (Math.abs(Palette.brightness(color) - Palette.brightness(ground)) > 0.3) {
            return color;
        }
        return Palette.brightness(ground) > 0.5 ? new Color(25, 20, 35) : new Color(250, 248, 235);
    }

    private void paintEmblem(Rectangle2D box) {
        double radius = Math.min(box.getWidth(), box.getHeight()) / 2;
        AffineTransform place = AffineTransform.getTranslateInstance(box.getCenterX(), box.getCenterY());
        place.scale(radius, radius);
        g.setColor(product.palette().emblem());
        g.fill(place.createTransformedShape(product.emblem().outline()));
        g.setColor(product.palette().cap());
        g.fill(place.createTransformedShape(product.emblem().detail()));
    }

    private void paintBadge(Rectangle2D panel) {
        double radius = Math.min(panel.getWidth(), panel.getHeight()) * rng.range(0.13, 0.2);
        double x = rng.chance(0.5) ? panel.getX() + radius : panel.getMaxX() - radius;
        double y = rng.chance(0.5) ? panel.getY() + radius : panel.getMaxY() - radius;
        g.setColor(product.palette().pattern());
        g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
        Rectangle2D box = new Rectangle2D.Double(x - radius * 0.6, y - radius * 0.4, radius * 1.2, radius * 0.8);
        words.fit(rng.pick("NEW", "BIO", "XL", "50%", "2x", "0%", "24", "1L"), Face.SANS_BOLD, box,
                readable(product.palette().label(), product.palette().pattern()), false);
    }
}
