package io.sightline.app.config;

import io.sightline.processors.model.RuntimeSettings;
import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;

/** The key {@code models}. */
public record ModelsSection(
        @Setting(doc = "Folder of the models, one folder a model and version: <name>/<version>/model.yaml. A relative path is one in Sightline's own folder.", def = "models") Path folder,
        @Setting(doc = "What the models run on.") RuntimeSettings runtime) {
    /** The folder, found from wherever Sightline is started. */
    public Path resolvedFolder() {
        return Path.of(System.getProperty("sightline.home", "")).toAbsolutePath().resolve(folder);
    }
}
