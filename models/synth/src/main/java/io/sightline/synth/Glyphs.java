package io.sightline.synth;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The outlines of one face, read from its resource file once. Immutable after construction, so shared by all threads. */
final class Glyphs {
    /** Units of the files per em. */
    private static final double EM = 1000;
    private static final char FIRST = 32;
    private static final char LAST = 126;
    /** Stands for everything that is not printable ASCII. */
    private static final char UNKNOWN = '?';

    private final Path2D[] outlines = new Path2D[LAST + 1];
    private final int[] advances = new int[LAST + 1];

    private Glyphs(BufferedReader lines) throws IOException {
        lines.readLine();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            char c = line.charAt(0);
            int end = line.indexOf(' ', 2);
            advances[c] = Integer.parseInt(line.substring(2, end));
            outlines[c] = OutlineParser.path(line.substring(end + 1));
        }
    }

    static Glyphs load(Face face) {
        try (InputStream in = Glyphs.class.getResourceAsStream(face.resource())) {
            if (in == null) {
                throw new FileNotFoundException(face.resource() + ": not on the class path (expected: beside " + Glyphs.class.getName() + ")");
            }
            return new Glyphs(new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text with its baseline at y = 0, starting at x = 0. */
    Path2D outline(String text, double size) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double scale = size / EM;
        double x = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = known(text.charAt(i));
            path.append(outlines[c].getPathIterator(new AffineTransform(scale, 0, 0, scale, x * scale, 0)), false);
            x += advances[c];
        }
        return path;
    }

    double width(String text, double size) {
        double units = 0;
        for (int i = 0; i < text.length(); i++) {
            units += advances[known(text.charAt(i))];
        }
        return units * size / EM;
    }

    private static char known(char c) {
        return c >= FIRST && c <= LAST ? c : UNKNOWN;
    }
}
