package io.sightline.processors.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the names of a model's classes: {@code labels}, a list, or {@code labels_file}, a file beside model.yaml with one a line. Lines may
 * begin with the class's number and a space, as PaddleClas's do; then all must, and in order.
 */
final class LabelsYaml {
    private static final int MOST_LABELS = 1_000_000;

    private LabelsYaml() {
    }

    static List<String> read(YamlSection model) {
        if (!model.has("labels_file")) {
            return model.has("labels") ? model.texts("labels") : List.of();
        }
        if (model.has("labels")) {
            throw model.wrong("labels", "beside labels_file", "one of the two");
        }
        Path file = model.sibling("labels_file", "a file beside model.yaml");
        return labels(model, file, lines(file));
    }

    private static List<String> labels(YamlSection model, Path file, List<String> lines) {
        if (lines.isEmpty() || lines.size() > MOST_LABELS) {
            throw model.wrong("labels_file", "'" + file.getFileName() + "' with " + lines.size() + " lines", "1.." + MOST_LABELS + ", one a class");
        }
        boolean numbered = lines.get(0).matches("0\\s+\\S.*");
        List<String> labels = new ArrayList<>();
        for (String line : lines) {
            String number = labels.size() + " ";
            String name = line.replace('\t', ' ').strip();
            if (numbered && !name.startsWith(number) || name.isEmpty()) {
                throw new ModelException(file + " line " + (labels.size() + 1) + ": '" + line + "' (expected: " + (numbered ? "'" + number + "' and a name" : "a name") + ")");
            }
            labels.add(numbered ? name.substring(number.length()).strip() : name);
        }
        return labels;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ModelException(file + ": can't be read, " + e + " (expected: text in UTF-8)", e);
        }
    }
}
