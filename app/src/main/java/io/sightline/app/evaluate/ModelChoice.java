package io.sightline.app.evaluate;

import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;

/** A model asked for as {@code NAME} (its newest version) or {@code NAME@VERSION}. */
public record ModelChoice(String name, Optional<String> version) {
    public static ModelChoice parse(String text) {
        int at = text.indexOf('@');
        ModelChoice choice = at < 0 ? new ModelChoice(text, Optional.empty()) : new ModelChoice(text.substring(0, at), Optional.of(text.substring(at + 1)));
        if (choice.name.isBlank() || choice.version.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("model: '" + text + "' (expected: NAME or NAME@VERSION)");
        }
        return choice;
    }

    /** @throws io.sightline.processors.model.ModelException no such model, or it can't be used */
    public ModelSpec load(Path modelsDir) {
        return version.map(v -> ModelFolder.load(modelsDir, name, v)).orElseGet(() -> ModelFolder.load(modelsDir, name));
    }
}
