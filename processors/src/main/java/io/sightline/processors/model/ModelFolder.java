package io.sightline.processors.model;

import io.sightline.schemas.settings.Nearest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of models: {@code <name>/<version>/model.yaml} beside the model's file. */
public final class ModelFolder {
    private static final String DESCRIPTION = "model.yaml";
    private static final String SAFE_NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}";
    private static final String NUMBER = "[0-9]{1,18}";

    private ModelFolder() {
    }

    /**
     * The newest version of a model: the folder with the greatest number.
     *
     * @throws ModelException no such model, or it can't be used
     */
    public static ModelSpec load(Path modelsDir, String name) {
        Path folder = folder(modelsDir, name);
        String newest = children(folder).stream()
                .filter(version -> version.matches(NUMBER) && Files.isRegularFile(folder.resolve(version).resolve(DESCRIPTION)))
                .max(Comparator.comparing(BigInteger::new))
                .orElseThrow(() -> new ModelException(folder + ": no version (expected: a folder such as 1 with a " + DESCRIPTION + ")"));
        return load(modelsDir, name, newest);
    }

    /**
     * A model as configurations name it.
     *
     * @param text {@code NAME}, its newest version, or {@code NAME@VERSION}
     * @throws ModelException no such model, or it can't be used
     */
    public static ModelSpec find(Path modelsDir, String text) {
        int at = text.indexOf('@');
        if (text.isBlank() || at == 0 || at == text.length() - 1) {
            throw new ModelException("model: '" + text + "' (expected: NAME or NAME@VERSION)");
        }
        return at < 0 ? load(modelsDir, text) : load(modelsDir, text.substring(0, at), text.substring(at + 1));
    }

    public static ModelSpec load(Path modelsDir, String name, String version) {
        Path folder = folder(modelsDir, name);
        Path description = folder.resolve(safe("version", version)).resolve(DESCRIPTION);
        if (!Files.isRegularFile(description)) {
            throw new ModelException("model " + name + ": version '" + version + "' (expected: one of "
                    + String.join(", ", withDescription(folder)) + " in " + folder + ")");
        }
        return ModelYaml.read(description, version);
    }

    /** A version of a model that has a description, right or wrong. */
    public record Entry(String name, String version) {
    }

    /** All models and versions, by name, then by version. */
    public static List<Entry> entries(Path modelsDir) {
        if (!Files.isDirectory(modelsDir)) {
            throw new ModelException("models folder: " + modelsDir + " (expected: a folder)");
        }
        return children(modelsDir).stream()
                .flatMap(name -> withDescription(modelsDir.resolve(name)).stream().map(version -> new Entry(name, version)))
                .toList();
    }

    private static Path folder(Path modelsDir, String name) {
        if (!Files.isDirectory(modelsDir)) {
            throw new ModelException("models folder: " + modelsDir + " (expected: a folder)");
        }
        Path folder = modelsDir.resolve(safe("model", name));
        if (!Files.isDirectory(folder)) {
            List<String> known = children(modelsDir).stream().filter(child -> !withDescription(modelsDir.resolve(child)).isEmpty()).toList();
            throw new ModelException("model: '" + name + "' (expected: one of " + String.join(", ", known) + " in " + modelsDir
                    + Nearest.to(name, known).map(n -> "; nearest: " + n).orElse("") + ")");
        }
        return folder;
    }

    private static List<String> withDescription(Path folder) {
        return children(folder).stream()
                .filter(child -> Files.isRegularFile(folder.resolve(child).resolve(DESCRIPTION)))
                .toList();
    }

    private static List<String> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new ModelException(folder + ": can't be read, " + e, e);
        }
    }

    private static String safe(String what, String name) {
        if (!name.matches(SAFE_NAME)) {
            throw new ModelException(what + ": '" + name + "' (expected: a folder's name of letters, digits, . _ -)");
        }
        return name;
    }
}
