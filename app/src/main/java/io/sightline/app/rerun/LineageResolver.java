package io.sightline.app.rerun;

import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.PipelineStage;
import io.sightline.topology.history.GalleryHistory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds out with which models and which galleries a request is to be run, or why it can't be. Owner: one thread. */
final class LineageResolver {
    /** What was found out: a setup, or a reason. */
    record Resolution(Optional<RerunJob.Setup> setup, LeftOut why, String message) {
        static Resolution of(RerunJob.Setup setup) {
            return new Resolution(Optional.of(setup), null, "");
        }

        static Resolution leftOut(LeftOut why, String message) {
            return new Resolution(Optional.empty(), why, message);
        }
    }

    private record Models(Map<String, PipelineSettings> pipelines, Resolution leftOut) {
    }

    private final Map<String, PipelineSettings> configured;
    private final Set<String> declared;
    private final String configHash;
    private final ModelCatalogue catalogue;
    private final GalleryHistory history;
    private final RerunOptions options;
    private final Map<RecordedLineage, Models> models = new HashMap<>();
    private final Map<Map<String, Long>, Optional<String>> unreachable = new HashMap<>();
    private final Map<RerunJob.Setup, RerunJob.Setup> setups = new HashMap<>();

    /**
     * @param configured the pipelines
     * @param declared galleries that exist though nothing was put into them
     */
    LineageResolver(Map<String, PipelineSettings> configured, Set<String> declared, String configHash, ModelCatalogue catalogue, GalleryHistory history, RerunOptions options) {
        this.configured = configured;
        this.declared = declared;
        this.configHash = configHash;
        this.catalogue = catalogue;
        this.history = history;
        this.options = options;
        checkOptions();
    }

    private void checkOptions() {
        options.models().forEach((stage, model) -> {
            catalogue.idOf(model);
            if (configured.values().stream().noneMatch(pipeline -> pipeline.model(stage).isPresent())) {
                throw new IllegalArgumentException("--model " + stage.stageName() + "=" + model + ": no pipeline has that stage (expected: a stage of " + String.join(", ", new TreeSet<>(configured.keySet())) + ")");
            }
        });
        Set<String> known = new TreeSet<>(declared);
        known.addAll(history.galleries());
        options.galleries().forEach((gallery, epoch) -> {
            if (!known.contains(gallery)) {
                throw new IllegalArgumentException("--gallery: '" + gallery + "' (expected: one of " + String.join(", ", known) + ")");
            }
            epoch.flatMap(at -> history.unreachable(gallery, at)).ifPresent(reason -> {
                throw new IllegalArgumentException("--gallery: " + reason);
            });
        });
    }

    Resolution resolve(Original original) {
        RecordedLineage lineage = original.lineage();
        Models found = models.computeIfAbsent(lineage, this::models);
        return found.leftOut() != null ? found.leftOut() : withGalleries(found.pipelines(), epochs(original));
    }

    /** Of a request without a result. */
    Resolution unanswered() {
        Map<String, Long> epochs = new TreeMap<>();
        history.galleries().forEach(gallery -> epochs.put(gallery, history.lastEpoch(gallery).orElse(0)));
        declared.forEach(gallery -> epochs.putIfAbsent(gallery, 0L));
        return withGalleries(asked(new HashMap<>(configured)), epochs);
    }

    private Models models(RecordedLineage lineage) {
        if (!lineage.configHash().equals(configHash) && !options.allowSettingsChange()) {
            return new Models(null, Resolution.leftOut(LeftOut.SETTINGS, "config_hash: " + lineage.configHash() + " (expected: " + configHash
                    + ", that of this configuration; --config FILE with the settings of then, or --allow-settings-change)"));
        }
        Map<String, PipelineSettings> pipelines = new HashMap<>(configured);
        if (lineage.pipeline().isPresent()) {
            String name = lineage.pipeline().get();
            if (!pipelines.containsKey(name)) {
                return new Models(null, Resolution.leftOut(LeftOut.MODEL, "pipeline: '" + name + "' (expected: one of " + String.join(", ", new TreeSet<>(pipelines.keySet())) + ")"));
            }
            for (PipelineStage stage : PipelineStage.values()) {
                String recorded = lineage.models().get(stage.stageName());
                Optional<String> model = pipelines.get(name).model(stage);
                if (recorded == null || model.isEmpty() || options.models().containsKey(stage) || catalogue.idOf(model.get()).equals(recorded)) {
                    continue;
                }
                Optional<String> there = catalogue.find(recorded);
                if (there.isEmpty()) {
                    return new Models(null, Resolution.leftOut(LeftOut.MODEL, "model of stage " + stage.stageName() + ": " + recorded + " (expected: one of " + catalogue
                            + "; or --model " + stage.stageName() + "=NAME@VERSION)"));
                }
                replace(pipelines, name, stage, model.get(), there.get());
            }
        }
        return new Models(asked(pipelines), null);
    }

    /** Pipelines that share an embedder share galleries: they get the other one together. */
    private static void replace(Map<String, PipelineSettings> pipelines, String name, PipelineStage stage, String now, String then) {
        pipelines.replaceAll((other, settings) -> other.equals(name) || stage == PipelineStage.EMBED && settings.model(stage).equals(Optional.of(now)) ? settings.with(stage, then) : settings);
    }

    private Map<String, PipelineSettings> asked(Map<String, PipelineSettings> pipelines) {
        options.models().forEach((stage, model) -> pipelines.replaceAll((name, settings) -> settings.model(stage).isPresent() ? settings.with(stage, model) : settings));
        return pipelines;
    }

    private Map<String, Long> epochs(Original original) {
        RecordedLineage lineage = original.lineage();
        if (lineage.recognised()) {
            return new TreeMap<>(lineage.galleries());
        }
        // Not written down where nothing was found out: what the galleries were then, as the times of their edits have it.
        Map<String, Long> epochs = new TreeMap<>();
        Set<String> asked = lineage.gallery().map(Set::of).orElseGet(() -> new TreeSet<>(history.galleries()));
        for (String gallery : asked) {
            OptionalLong then = history.lastEpochAt(gallery, original.completedAtMs());
            if (then.isPresent()) {
                epochs.put(gallery, history.unreachable(gallery, then.getAsLong()).isEmpty() ? then.getAsLong() : history.lastEpoch(gallery).orElse(0));
            } else if (declared.contains(gallery)) {
                epochs.put(gallery, 0L);
            }
        }
        return epochs;
    }

    private Resolution withGalleries(Map<String, PipelineSettings> pipelines, Map<String, Long> recorded) {
        Map<String, Long> epochs = new TreeMap<>(recorded);
        options.galleries().forEach((gallery, epoch) -> {
            OptionalLong known = epoch.isPresent() ? history.lastEpoch(gallery, epoch.get()) : history.lastEpoch(gallery);
            epochs.computeIfPresent(gallery, (name, then) -> known.orElse(0));
        });
        Optional<String> reason = unreachable.computeIfAbsent(epochs, all -> all.entrySet().stream()
                .flatMap(gallery -> history.unreachable(gallery.getKey(), gallery.getValue()).stream()).findFirst());
        if (reason.isPresent()) {
            return Resolution.leftOut(LeftOut.GALLERY, reason.get());
        }
        return Resolution.of(setups.computeIfAbsent(new RerunJob.Setup(Map.copyOf(pipelines), Map.copyOf(epochs)), setup -> setup));
    }
}
