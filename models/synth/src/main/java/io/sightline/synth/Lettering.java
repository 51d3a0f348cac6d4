package io.sightline.synth;

import java.awt.Shape;
import java.util.EnumMap;
import java.util.Map;

/**
 * Text as shapes, without fonts: {@code java.awt.Font} needs fonts on the machine (a slim container has none and throws)
 * and draws differently with each set of them. Here the outlines come with the module.
 *
 * <p>Printable ASCII only; any other character is drawn as a question mark. Safe to call from any thread.
 */
public final class Lettering {
    private static final Map<Face, Glyphs> FACES = new EnumMap<>(Face.class);

    static {
        for (Face face : Face.values()) {
            FACES.put(face, Glyphs.load(face));
        }
    }

    private Lettering() {
    }

    /** The text's outline, baseline at y = 0 and first letter at x = 0; {@code size} is the em in pixels, as in a font size. */
    public static Shape outline(String text, Face face, float size) {
        return FACES.get(face).outline(text, size);
    }

    /** How far the text reaches: where the next letter would begin. */
    public static double width(String text, Face face, float size) {
        return FACES.get(face).width(text, size);
    }
}
