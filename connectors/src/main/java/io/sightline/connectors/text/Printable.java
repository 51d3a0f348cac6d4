package io.sightline.connectors.text;

/** Text of anybody's, made fit for a terminal: keys and reasons may have been made to move its cursor. */
public final class Printable {
    private Printable() {
    }

    /** The text on one line, cut short, without control and formatting characters. */
    public static String text(String text, int maxChars) {
        String plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029\\x80-\\x9f]", "?");
        return plain.length() <= maxChars ? plain : plain.substring(0, maxChars - 1) + "…";
    }
}
