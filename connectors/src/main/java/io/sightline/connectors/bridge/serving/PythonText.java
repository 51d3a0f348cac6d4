package io.sightline.connectors.bridge.serving;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** Values as Python 3 writes them ({@code repr}), for clients that {@code eval} them. */
final class PythonText {
    /** From here on, and below the small one, exponents are written. */
    private static final BigDecimal LARGE = new BigDecimal("1e16");
    private static final BigDecimal SMALL = new BigDecimal("1e-4");

    private PythonText() {
    }

    /** {@code ['daisy', "it's"]}. */
    static String listOfTexts(List<String> values) {
        return list(values.stream().map(PythonText::of).toList());
    }

    /** {@code [0.9091, 1e-05]}. */
    static String listOfNumbers(List<Double> values) {
        return list(values.stream().map(PythonText::of).toList());
    }

    /** Of items that are Python text already. */
    static String list(List<String> items) {
        return "[" + String.join(", ", items) + "]";
    }

    /** @param value finite */
    static String of(double value) {
        BigDecimal shortest = ShortestDecimal.of(value);
        return number(shortest, Double.doubleToRawLongBits(value) < 0, shortest.abs());
    }

    /** A numpy.float32, as numpy 1 writes it in a list. @param value finite */
    static String of(float value) {
        // numpy looks at the number, Python at what it prints: the float nearest to 0.0001 is smaller than that.
        return number(ShortestDecimal.of(value), Float.floatToRawIntBits(value) < 0, new BigDecimal(Math.abs(value)));
    }

    private static String number(BigDecimal value, boolean negative, BigDecimal size) {
        String digits = value.unscaledValue().abs().toString();
        int exponent = value.signum() == 0 ? 0 : digits.length() - 1 - value.scale();
        String text;
        if (value.signum() != 0 && (size.compareTo(LARGE) >= 0 || size.compareTo(SMALL) < 0)) {
            text = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
        } else {
            text = value.abs().toPlainString();
            text = text.indexOf('.') < 0 ? text + ".0" : text;
        }
        return negative ? "-" + text : text;
    }

    /** In quotes: single ones, but where there are single and no double ones in the text. */
    static String of(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder out = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(c -> character(out, c, quote));
        return out.append(quote).toString();
    }

    private static void character(StringBuilder out, int c, char quote) {
        if (c == quote || c == '\\') {
            out.append('\\').append((char) c);
        } else if (c == '\t') {
            out.append("\\t");
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\r') {
            out.append("\\r");
        } else if (isPrintable(c)) {
            out.appendCodePoint(c);
        } else if (c <= 0xff) {
            out.append(String.format(Locale.ROOT, "\\x%02x", c));
        } else if (c <= 0xffff) {
            out.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
            out.append(String.format(Locale.ROOT, "\\U%08x", c));
        }
    }

    /** Python's {@code str.isprintable}: no control, format, surrogate, private or unassigned character, no separator but the space. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
