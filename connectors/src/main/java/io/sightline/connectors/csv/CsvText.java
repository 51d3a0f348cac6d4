package io.sightline.connectors.csv;

/** Writes rows of comma-separated values as RFC 4180 has them. */
public final class CsvText {
    private static final String LINE_END = "\r\n";
    /** A cell that begins so is a formula to a spreadsheet. */
    private static final String FORMULA = "=+-@\t\r";

    private CsvText() {
    }

    /** One row with its line end. @param cells null: an empty cell */
    public static String row(Iterable<String> cells) {
        StringBuilder row = new StringBuilder();
        for (String cell : cells) {
            if (!row.isEmpty()) {
                row.append(',');
            } else if (cell == null || cell.isEmpty()) {
                row.append("\"\""); // or the row could look like an empty line, and a first cell like none
                continue;
            }
            row.append(cell(cell));
        }
        return row.append(LINE_END).toString();
    }

    private static String cell(String text) {
        if (text == null) {
            return "";
        }
        if (text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
            return text;
        }
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Text of somebody else's, which no spreadsheet may take for a formula: with an apostrophe before it where one would. */
    public static String harmless(String text) {
        return text == null || text.isEmpty() || FORMULA.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
