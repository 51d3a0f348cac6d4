package io.sightline.connectors.dataset;

import io.sightline.schemas.request.LabelLine;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A list of pictures and their labels as PaddleClas has it: {@code relative/path.jpg TAB label} a line, UTF-8. */
public final class LabelFile {
    private static final String EXPECTED = LabelLine.EXPECTED;

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

    /** Told of a line that is none. */
    public interface BadLine {
        /**
         * @param number from 1
         * @param reason what was seen and what was expected
         */
        void at(int number, String reason);
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
        List<Line> entries = new ArrayList<>();
        readLines(list, root, entries::add, (number, reason) -> {
            throw new IllegalArgumentException(list + " line " + number + ": " + reason);
        });
        return entries;
    }

    /**
     * Reads on where a line is bad.
     *
     * @param good told of each line, in the file's order, as is {@code bad} of the others
     * @throws IllegalArgumentException the file can't be read, or has no line at all
     */
    public static void readLines(Path list, Optional<Path> root, Consumer<Line> good, BadLine bad) {
        Path folder = root.orElseGet(() -> list.toAbsolutePath().getParent());
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("root: " + folder + " (expected: a folder)");
        }
        boolean any = false;
        int number = 0;
        for (String line : lines(list)) {
            number++;
            if (!LabelLine.isBlank(number, line)) {
                any = true;
                entry(number, line, folder, good, bad);
            }
        }
        if (!any) {
            throw new IllegalArgumentException(list + ": no line with a picture (expected: " + EXPECTED + ")");
        }
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

    private static void entry(int number, String text, Path folder, Consumer<Line> good, BadLine bad) {
        Line read;
        try {
            LabelLine line = LabelLine.parse(number, text);
            read = new Line(number, line.id(), new Labelled(folder.resolve(line.path()).normalize(), line.label()));
        } catch (InvalidPathException e) {
            bad.at(number, "'" + RequestLimits.shown(text.replace("\t", "<TAB>")) + "' (expected: " + EXPECTED + ")");
            return;
        } catch (IllegalArgumentException e) {
            bad.at(number, e.getMessage());
            return;
        }
        good.accept(read);
    }
}
