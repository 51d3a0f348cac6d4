package io.sightline.processors.model;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The models folder and what its models run on. A model asked for twice for the same devices is loaded once. Not thread-safe: used at start.
 */
public final class ModelStore {
    private record Choice(String model, List<String> devices) {
    }

    private final Path folder;
    private final RuntimeSettings runtime;
    private final Map<String, List<String>> devices;
    private final Map<Choice, ModelRuntime> loaded = new HashMap<>();

    /**
     * @param folder holds {@code <name>/<version>/model.yaml}
     * @param devices by a model's name, where it differs from the runtime's
     */
    public ModelStore(Path folder, RuntimeSettings runtime, Map<String, List<String>> devices) {
        this.folder = folder;
        this.runtime = runtime;
        this.devices = Map.copyOf(devices);
    }

    /**
     * @param model NAME or NAME@VERSION
     * @param asked devices in the order they are tried; none: the model's own, else the runtime's
     * @throws ModelException no such model, it can't be used, or it runs on none of the devices
     */
    public ModelRuntime open(String model, List<String> asked) {
        String name = model.contains("@") ? model.substring(0, model.indexOf('@')) : model;
        List<String> chosen = !asked.isEmpty() ? asked : devices.getOrDefault(name, runtime.device());
        return loaded.computeIfAbsent(new Choice(model, chosen), choice -> ModelRuntime.of(ModelFolder.find(folder, model), runtime.on(chosen)));
    }
}
