package io.sightline.connectors.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of pictures and their labels as PaddleClas has it: {@code relative/path.jpg TAB label} a line, UTF-8. */
public final class LabelFile {
    private static final String EXPECTED = "relative/path.jpg, a tab, the label";
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int MAX_SHOWN = 60;

    /** @param file made absolute with the list's root */
    public record Labelled(Path file, String label) {
    }

    /**
     * A line of the list.
     *
     * @param number from 1
     * @param path as the list has it, with slashes
     */
    public record Line(int number, String path, Labelled picture) {
    }

    private LabelFile() {
    }

    /**
     * @param root what the paths are relative to; empty: the list's own folder
     * @throws IllegalArgumentException names the file, the line, what was seen and what was expected
     */
    public static List<Labelled> read(Path list, Optional<Path> root) {
        return readLines(list, root).stream().map(Line::picture).toList();
    }

    /** As {@link #read}, with the lines' numbers and paths. */
    public static List<Line> readLines(Path list, Optional<Path> root) {
        Path folder = root.orElseGet(() -> list.toAbsolutePath().getParent());
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("root: " + folder + " (expected: a folder)");
        }
        List<Line> entries = new ArrayList<>();
        int number = 0;
        for (String line : lines(list)) {
            number++;
            String text = number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
            if (!text.isBlank()) {
                entries.add(entry(list, number, text, folder));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(list + ": no line with a picture (expected: " + EXPECTED + ")");
        }
        return entries;
    }

    private static List<String> lines(Path list) {
        if (!Files.isRegularFile(list)) {
            throw new IllegalArgumentException(list + ": not there, or not a file (expected: a text file, a line a picture: " + EXPECTED + ")");
        }
        try {
            return Files.readAllLines(list, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(list + ": bytes that are no UTF-8 (expected: a text file, a line a picture: " + EXPECTED + ")", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(list + ": can't be read, " + e + " (expected: a text file)", e);
        }
    }

    private static Line entry(Path list, int number, String text, Path folder) {
        String[] parts = text.split("\t", -1);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw wrong(list, number, text);
        }
        try {
            String path = parts[0].strip();
            return new Line(number, path.replace('\\', '/'), new Labelled(folder.resolve(path).normalize(), parts[1].strip()));
        } catch (InvalidPathException e) {
            throw wrong(list, number, text);
        }
    }

    private static IllegalArgumentException wrong(Path list, int number, String text) {
        String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return new IllegalArgumentException(list + " line " + number + ": '" + shown.replace("\t", "<TAB>").replaceAll("\\p{Cntrl}", "?") + "' (expected: " + EXPECTED + ")");
    }
}
