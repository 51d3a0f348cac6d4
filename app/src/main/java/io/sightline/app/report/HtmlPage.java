package io.sightline.app.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A page of one file, written from top to bottom: style within, no script, nothing fetched from anywhere (its own policy forbids it).
 * It is there under its name once it is closed, and not before. Used by one thread. Methods throw {@link UncheckedIOException}.
 */
public final class HtmlPage implements AutoCloseable {
    private static final String POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
    private final Path file;
    private final Path unfinished;
    private final Writer out;

    private HtmlPage(Path file, Path unfinished, Writer out) {
        this.file = file;
        this.unfinished = unfinished;
        this.out = out;
    }

    /** @param title text of the title and of the first heading */
    public static HtmlPage open(Path file, String title) {
        Path absolute = file.toAbsolutePath();
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            if (absolute.getParent() != null) {
                Files.createDirectories(absolute.getParent());
            }
            HtmlPage page = new HtmlPage(absolute, unfinished, Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8));
            page.html("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY
                    + "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>").text(title).html("</title>\n<style>\n" + style()
                    + "</style>\n</head>\n<body>\n<h1>").text(title).html("</h1>\n");
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": can't be written, " + e + " (expected: a writable file)", e);
        }
    }

    private static String style() throws IOException {
        try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Markup of ours, as it is. */
    public HtmlPage html(String markup) {
        try {
            out.write(markup);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": can't be written, " + e.getMessage() + " (expected: a disk with room)", e);
        }
    }

    /** Text of anybody's. */
    public HtmlPage text(String text) {
        return html(escape(text));
    }

    /** A heading of the second level. */
    public HtmlPage heading(String text) {
        return html("<h2>").text(text).html("</h2>\n");
    }

    public HtmlPage paragraph(String text) {
        return html("<p>").text(text).html("</p>\n");
    }

    /**
     * A table of texts. Cells that begin with a digit, or a minus and a digit, stand to the right.
     *
     * @param head empty: none
     */
    public HtmlPage table(List<String> head, List<List<String>> rows) {
        html("<div class=\"wide\"><table>\n");
        if (!head.isEmpty()) {
            html("<thead><tr>");
            head.forEach(cell -> html("<th>").text(cell).html("</th>"));
            html("</tr></thead>\n");
        }
        html("<tbody>\n");
        for (List<String> row : rows) {
            html("<tr>");
            row.forEach(cell -> html(isNumber(cell) ? "<td class=\"number\">" : "<td>").text(cell).html("</td>"));
            html("</tr>\n");
        }
        return html("</tbody></table></div>\n");
    }

    private static boolean isNumber(String cell) {
        int first = cell.startsWith("-") ? 1 : 0;
        return cell.length() > first && cell.charAt(first) >= '0' && cell.charAt(first) <= '9';
    }

    /** Text that can't be taken for markup, neither between tags nor within quotes. */
    public static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c < ' ' && c != '\n' && c != '\t' ? '\ufffd' : c);
            }
        }
        return safe.toString();
    }

    /** Ends the page. */
    @Override
    public void close() {
        try (out) {
            out.write("</body>\n</html>\n");
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": can't be written, " + e.getMessage() + " (expected: a disk with room)", e);
        }
        try {
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": can't be written, " + e + " (expected: a writable file)", e);
        }
    }
}
