package io.sightline.app.config;

import io.sightline.processors.model.Device;
import io.sightline.processors.model.ModelStore;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The key {@code models}. */
public record ModelsSection(
        @Setting(doc = "Folder of the models, one folder a model and version: <name>/<version>/model.yaml. A relative path is one in Sightline's own folder.", def = "models") Path folder,
        @Setting(doc = "What the models run on.") RuntimeSettings runtime,
        @Setting(doc = "Devices of single models, by name, where they differ from runtime.device: a device, or a list in the order they are tried.") Map<String, List<String>> devices) {
    public ModelsSection {
        devices.forEach((model, list) -> {
            try {
                Device.parse(list);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("devices." + model + ": " + e.getMessage());
            }
        });
    }

    public ModelStore store() {
        return new ModelStore(resolvedFolder(), runtime, devices);
    }

    /** The folder, found from wherever Sightline is started. */
    public Path resolvedFolder() {
        return Path.of(System.getProperty("sightline.home", "")).toAbsolutePath().resolve(folder);
    }
}
