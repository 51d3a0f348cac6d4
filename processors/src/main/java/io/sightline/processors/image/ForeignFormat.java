package io.sightline.processors.image;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Names what a file that is neither JPEG nor PNG seems to be, for error messages. */
final class ForeignFormat {
    private static final int SHOWN_BYTES = 4;
    private static final int LOOKED_AT = 64;

    private ForeignFormat() {
    }

    /** The first bytes, {@code 47 49 46 38}. */
    static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes, 0, Math.min(SHOWN_BYTES, bytes.length));
    }

    /** "a GIF", "text"; empty where nothing is known. */
    static String name(byte[] bytes) {
        if (startsWith(bytes, 0, "GIF8")) {
            return "a GIF";
        }
        if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
            return "a WebP";
        }
        if (startsWith(bytes, 0, "BM") && bytes.length >= 26) {
            return "a BMP";
        }
        if (startsWith(bytes, 0, "II*\0") || startsWith(bytes, 0, "MM\0*")) {
            return "a TIFF";
        }
        if (startsWith(bytes, 4, "ftyp")) {
            return "a HEIC, AVIF or MP4";
        }
        if (startsWith(bytes, 0, "%PDF")) {
            return "a PDF";
        }
        if (startsWith(bytes, 0, "PK\3\4")) {
            return "a ZIP";
        }
        if (startsWith(bytes, 0, "\u001f\u008b")) {
            return "a gzip file";
        }
        if (startsWith(bytes, 0, "\0")) {
            return "";
        }
        return textual(bytes);
    }

    private static String textual(byte[] bytes) {
        int length = Math.min(LOOKED_AT, bytes.length);
        for (int i = 0; i < length; i++) {
            int b = bytes[i];
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return "";
            }
        }
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        int broken = text.indexOf('\ufffd');
        boolean cutOffThere = length == LOOKED_AT && broken >= text.length() - 3;
        if (broken >= 0 && !cutOffThere) {
            return "";
        }
        String start = text.strip().toLowerCase(Locale.ROOT);
        if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
            return "an HTML page";
        }
        if (start.startsWith("<svg") || start.startsWith("<?xml")) {
            return "SVG or XML";
        }
        if (start.startsWith("{") || start.startsWith("[")) {
            return "JSON";
        }
        return start.startsWith("data:") ? "a data URL" : "text";
    }

    static boolean startsWith(byte[] bytes, int at, String latin1) {
        if (bytes.length < at + latin1.length()) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if ((bytes[at + i] & 0xff) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
