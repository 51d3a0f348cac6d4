package io.sightline.synth;

import java.awt.geom.Path2D;

/** Reads outlines written like SVG paths: M, L, Q, C with absolute coordinates, Z. */
final class OutlineParser {
    private final String text;
    private int at;

    private OutlineParser(String text) {
        this.text = text;
    }

    static Path2D path(String text) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        OutlineParser parser = new OutlineParser(text);
        while (parser.at < text.length()) {
            parser.append(path);
        }
        return path;
    }

    private void append(Path2D path) {
        char command = text.charAt(at++);
        switch (command) {
            case 'M' -> path.moveTo(number(), number());
            case 'L' -> path.lineTo(number(), number());
            case 'Q' -> path.quadTo(number(), number(), number(), number());
            case 'C' -> path.curveTo(number(), number(), number(), number(), number(), number());
            case 'Z' -> path.closePath();
            default -> throw new IllegalArgumentException("outline command: " + command + " (expected: M, L, Q, C or Z)");
        }
    }

    private int number() {
        while (text.charAt(at) == ' ') {
            at++;
        }
        int start = at;
        while (at < text.length() && (text.charAt(at) == '-' || Character.isDigit(text.charAt(at)))) {
            at++;
        }
        return Integer.parseInt(text.substring(start, at));
    }
}
