package io.sightline.connectors.bridge.serving;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** A table of numbers as numpy writes an array of float32 ({@code repr} with its default print options and no summary). */
final class NumpyText {
    private static final String BEGIN = "array([[";
    private static final String DTYPE = "dtype=float32)";
    private static final int LINE_WIDTH = 75;
    /** A line of numbers ends before the brackets and the comma that may follow it. */
    private static final int NUMBERS_WIDTH = LINE_WIDTH - 3;
    private static final int MAX_DECIMALS = 8;
    private static final double LARGE = 1e8;
    private static final double SMALL = 0.0001;
    private static final float MAX_RATIO = 1000;

    private final List<List<Float>> rows;
    private final boolean exponents;
    private int left;
    private int right;

    private NumpyText(List<List<Float>> rows) {
        this.rows = rows;
        this.exponents = wantsExponents(rows);
        for (List<Float> row : rows) {
            for (float value : row) {
                String text = exponents ? mantissa(value) : positional(value);
                int point = text.indexOf('.');
                left = Math.max(left, point);
                right = Math.max(right, text.length() - point - 1);
            }
        }
    }

    /** @param rows at least one, all of the same length, at least 1; finite numbers */
    static String of(List<List<Float>> rows) {
        return new NumpyText(rows).text();
    }

    /** As numpy decides it: one very large or very small number, or numbers of very different sizes. */
    private static boolean wantsExponents(List<List<Float>> rows) {
        float max = 0;
        float min = Float.POSITIVE_INFINITY;
        for (List<Float> row : rows) {
            for (float value : row) {
                float size = Math.abs(value);
                max = Math.max(max, size);
                min = size == 0 ? min : Math.min(min, size);
            }
        }
        return max > 0 && (max >= LARGE || min < SMALL || max / min > MAX_RATIO);
    }

    private String text() {
        StringBuilder out = new StringBuilder(BEGIN);
        String indent = " ".repeat(BEGIN.length());
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder(indent);
            StringBuilder lines = new StringBuilder();
            List<Float> row = rows.get(r);
            for (int i = 0; i < row.size(); i++) {
                String word = word(row.get(i));
                if (line.length() + word.length() > NUMBERS_WIDTH && line.length() > indent.length()) {
                    lines.append(line.toString().stripTrailing()).append('\n');
                    line = new StringBuilder(indent);
                }
                line.append(word).append(i + 1 < row.size() ? ", " : "");
            }
            lines.append(line);
            out.append(r == 0 ? "" : " ".repeat(BEGIN.length() - 1) + "[").append(lines, indent.length(), lines.length()).append(r + 1 < rows.size() ? "],\n" : "]],");
        }
        int lastLine = out.length() - (out.lastIndexOf("\n") + 1);
        return out.append(lastLine + DTYPE.length() + 1 > LINE_WIDTH ? "\n" + " ".repeat("array(".length()) : " ").append(DTYPE).toString();
    }

    private String word(float value) {
        String text = exponents ? scientific(value) : positional(value);
        int point = text.indexOf('.');
        return " ".repeat(left - point) + text + (exponents ? "" : " ".repeat(right - (text.length() - point - 1)));
    }

    /** {@code -0.0625}, {@code 1.}; what goes beyond eight decimals is rounded from the exact value. */
    private static String positional(float value) {
        BigDecimal shortest = ShortestDecimal.of(value);
        BigDecimal shown = shortest.scale() <= MAX_DECIMALS ? shortest : new BigDecimal(value).setScale(MAX_DECIMALS, RoundingMode.HALF_EVEN);
        String text = shown.signum() == 0 ? "0" : shown.stripTrailingZeros().abs().toPlainString();
        return sign(value) + (text.indexOf('.') < 0 ? text + "." : text);
    }

    /** {@code -1.234}, the digits that are needed. */
    private static String mantissa(float value) {
        String digits = ShortestDecimal.of(value).unscaledValue().abs().toString();
        return sign(value) + digits.charAt(0) + "." + digits.substring(1);
    }

    /** {@code -1.2340e-02}, as many digits as the longest one needs; beyond those that are needed they are the exact value's. */
    private String scientific(float value) {
        BigDecimal shortest = ShortestDecimal.of(value);
        BigDecimal shown = shortest.precision() > right ? shortest : new BigDecimal(value).round(new MathContext(right + 1, RoundingMode.HALF_EVEN));
        String digits = shown.unscaledValue().abs().toString();
        int exponent = shown.signum() == 0 ? 0 : digits.length() - 1 - shown.scale();
        return sign(value) + digits.charAt(0) + "." + digits.substring(1) + "0".repeat(right + 1 - digits.length())
                + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    private static String sign(float value) {
        return Float.floatToRawIntBits(value) < 0 ? "-" : "";
    }
}
