package io.sightline.app.demo;

import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.synth.Face;
import io.sightline.synth.Lettering;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Draws detections and their labels onto a picture. Uses {@link Lettering}, so that it works where no fonts are installed. */
final class AnnotatedPicture {
    private static final Color KNOWN = new Color(0x1b, 0x9e, 0x4b);
    private static final Color UNKNOWN = new Color(0xd9, 0x82, 0x1b);
    private static final float TEXT_SIZE = 14;

    private AnnotatedPicture() {
    }

    static void write(byte[] picture, List<Detection> detections, Path png) throws IOException {
        BufferedImage source = ImageIO.read(new ByteArrayInputStream(picture));
        BufferedImage image = new BufferedImage(source.getWidth(), source.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.drawImage(source, 0, 0, null);
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (int i = detections.size() - 1; i >= 0; i--) {
            draw(g, detections.get(i), image.getWidth());
        }
        g.dispose();
        ImageIO.write(image, "png", png.toFile());
    }

    private static void draw(Graphics2D g, Detection detection, int pictureWidth) {
        List<Integer> box = detection.getBbox();
        List<Match> matches = detection.getMatches();
        Color color = matches.isEmpty() ? UNKNOWN : KNOWN;
        g.setColor(color);
        g.setStroke(new BasicStroke(3));
        g.draw(new Rectangle2D.Double(box.get(0) + 1, box.get(1) + 1, box.get(2) - box.get(0) - 2.0, box.get(3) - box.get(1) - 2.0));
        String text = matches.isEmpty() ? String.format(Locale.ROOT, "? %.2f", detection.getScore())
                : String.format(Locale.ROOT, "%s %.2f", matches.get(0).getLabel(), matches.get(0).getScore());
        double width = Lettering.width(text, Face.SANS_BOLD, TEXT_SIZE) + 8;
        double x = Math.max(0, Math.min(box.get(0), pictureWidth - width));
        double y = Math.max(0, box.get(1) - TEXT_SIZE - 4);
        g.fill(new Rectangle2D.Double(x, y, width, TEXT_SIZE + 5));
        g.setColor(Color.WHITE);
        g.fill(AffineTransform.getTranslateInstance(x + 4, y + TEXT_SIZE).createTransformedShape(Lettering.outline(text, Face.SANS_BOLD, TEXT_SIZE)));
    }
}
