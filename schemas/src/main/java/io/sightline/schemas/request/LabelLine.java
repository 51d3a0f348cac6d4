package io.sightline.schemas.request;

/**
 * A line of PaddleClas's label files: {@code relative/path.jpg TAB label}. What stands behind a further tab is not looked at, as PaddleClas does it.
 *
 * @param path of the picture, as it is written
 * @param label what the picture shows
 */
public record LabelLine(String path, String label) {
    /** What a line has to be, for messages. */
    public static final String EXPECTED = "relative/path.jpg, a tab, the label";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /**
     * @param number from 1: before the first line a byte order mark may stand
     * @throws IllegalArgumentException says what was seen and expected; not where
     */
    public static LabelLine parse(int number, String line) {
        String[] parts = text(number, line).split("\t", -1);
        if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new IllegalArgumentException("'" + RequestLimits.shown(text(number, line).replace("\t", "<TAB>")) + "' (expected: " + EXPECTED + ")");
        }
        return new LabelLine(parts[0].strip(), parts[1].strip());
    }

    /** The id of the gallery entry that is made of it: the path with slashes. */
    public String id() {
        return path.replace('\\', '/');
    }

    /** Whether there is nothing on it. */
    public static boolean isBlank(int number, String line) {
        return text(number, line).isBlank();
    }

    private static String text(int number, String line) {
        return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
    }
}
