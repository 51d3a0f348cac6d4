package io.sightline.app.rerun;

import java.util.Locale;

/** Why a request is not run again. */
public enum LeftOut {
    /** It has no result: not answered yet, or its result has expired. */
    NO_RESULT,
    /** It had other settings than these. */
    SETTINGS,
    /** A model or pipeline of its lineage is not there. */
    MODEL,
    /** A gallery's state of its lineage can't be told for certain any more. */
    GALLERY,
    /** The request itself has expired since its result was read. */
    REQUEST_GONE;

    /** As reports name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
