package io.sightline.synth;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;

/** Draws words into boxes. */
final class WordPainter {
    private static final float SIZE = 40;
    private static final float PRINT_SIZE = 7;
    private static final double PRINT_LEADING = 8;

    private final Graphics2D g;

    WordPainter(Graphics2D g) {
        this.g = g;
    }

    /** Fits the word into the box, stretching the letters by half at most. */
    void fit(String word, Face face, Rectangle2D box, Color color, boolean sideways) {
        Shape outline = Lettering.outline(word, face, SIZE);
        Rectangle2D bounds = outline.getBounds2D();
        double room = sideways ? box.getHeight() : box.getWidth();
        double rise = sideways ? box.getWidth() : box.getHeight();
        double scaleX = room / bounds.getWidth();
        double scaleY = rise / bounds.getHeight();
        AffineTransform place = AffineTransform.getTranslateInstance(box.getCenterX(), box.getCenterY());
        if (sideways) {
            place.quadrantRotate(-1);
        }
        place.scale(Math.min(scaleX, 1.5 * scaleY), Math.min(scaleY, 1.5 * scaleX));
        place.translate(-bounds.getCenterX(), -bounds.getCenterY());
        g.setColor(color);
        g.fill(place.createTransformedShape(outline));
    }

    /** Lines of words nobody reads, cut off at the box. */
    void fillWithPrint(Rectangle2D box, Color ink, Rng rng) {
        g.setColor(ink);
        Shape clip = g.getClip();
        g.clip(box);
        for (double y = box.getY() + PRINT_SIZE; y < box.getMaxY(); y += PRINT_LEADING) {
            StringBuilder line = new StringBuilder();
            while (line.length() < box.getWidth() / 4) {
                line.append(Words.word(rng, rng.between(1, 3))).append(' ');
            }
            AffineTransform place = AffineTransform.getTranslateInstance(box.getX(), y);
            g.fill(place.createTransformedShape(Lettering.outline(line.toString(), Face.SANS, PRINT_SIZE)));
        }
        g.setClip(clip);
    }
}
