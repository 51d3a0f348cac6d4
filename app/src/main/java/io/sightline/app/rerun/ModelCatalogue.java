package io.sightline.app.rerun;

import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The models that are there, by the id that results name them by. Immutable. */
final class ModelCatalogue {
    private final Path folder;
    private final Map<String, String> byId = new TreeMap<>();

    ModelCatalogue(Path folder) {
        this.folder = folder;
        for (ModelFolder.Entry entry : ModelFolder.entries(folder)) {
            try {
                byId.put(ModelFolder.load(folder, entry.name(), entry.version()).id(), entry.name() + "@" + entry.version());
            } catch (ModelException e) {
                // Not usable: it is not there for a lineage.
            }
        }
    }

    /** NAME@VERSION, as configurations name it. @param id name@version#hash */
    Optional<String> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * The id of a model as configurations name it.
     *
     * @throws ModelException no such model
     */
    String idOf(String name) {
        return ModelFolder.find(folder, name).id();
    }

    /** All ids. */
    @Override
    public String toString() {
        return String.join(", ", byId.keySet()) + " in " + folder;
    }
}
