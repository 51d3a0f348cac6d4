package io.sightline.connect;

import io.sightline.connect.gallery.GallerySettings;
import io.sightline.connect.gallery.GallerySourceTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Keeps a gallery as a folder of pictures, or a PaddleClas label file, has it: new pictures are added, changed ones replaced, those of deleted ones removed. The
 * records are those of {@code sightline gallery import}: key {@code gallery/id}, a GalleryEntry, null to remove; the value is a struct for
 * {@link SightlineAvroConverter}. Tasks share the entries by their ids; which task has an entry follows from its id and the number of tasks alone.
 *
 * <p>What was sent is in Connect's source offsets, so that also what changed or went while no worker ran is followed. At least once: after a crash the last
 * edits may be sent again, equal; with exactly-once support of the worker each is there once.
 */
public final class GallerySource extends SourceConnector {
    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return PluginVersion.VERSION;
    }

    @Override
    public ConfigDef config() {
        return GallerySettings.CONFIG;
    }

    /** Also looks whether there is anything at the path. */
    @Override
    public Config validate(Map<String, String> given) {
        Config config = super.validate(given);
        if (config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty())) {
            try {
                new GallerySettings(given).requireSource();
            } catch (ConfigException e) {
                String key = e.getMessage().substring(0, e.getMessage().indexOf(':'));
                config.configValues().stream().filter(value -> value.name().equals(key)).forEach(value -> value.addErrorMessage(e.getMessage()));
            }
        }
        return config;
    }

    @Override
    public void start(Map<String, String> given) {
        properties = new HashMap<>(given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return GallerySourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (int task = 0; task < maxTasks; task++) {
            Map<String, String> given = new HashMap<>(properties);
            given.put(GallerySettings.TASK, Integer.toString(task));
            given.put(GallerySettings.TASKS, Integer.toString(maxTasks));
            tasks.add(given);
        }
        return tasks;
    }

    @Override
    public void stop() {
        // The tasks do everything.
    }

    /** What was sent and where the gallery stands is one offset, written with the record. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    /** To forget what was sent is allowed, to say it otherwise not. */
    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        if (offsets.values().stream().anyMatch(Objects::nonNull)) {
            throw new org.apache.kafka.connect.errors.ConnectException("offsets: given (expected: null for each partition, or a reset: all entries are sent again then)");
        }
        return true;
    }
}
