package io.sightline.synth;

import java.util.Locale;

/** The looks a text can be drawn in. */
public enum Face {
    SANS, SANS_BOLD, SANS_OBLIQUE, WIDE_BOLD, THIN, CONDENSED, CONDENSED_BOLD_OBLIQUE, SERIF, SERIF_BOLD, SERIF_ITALIC,
    SLAB, SLAB_BOLD, SLAB_CONDENSED_ITALIC, MONO, MONO_BOLD, SCRIPT, SCRIPT_BOLD;

    /** Name of the file with the outlines, beside this class. */
    String resource() {
        return "faces/" + name().toLowerCase(Locale.ROOT) + ".glyphs";
    }
}
