package io.sightline.processors.recognition;

import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which pipeline's models make a gallery's vectors: the one that the section galleries names, else the one whose own gallery it is, else the
 * default pipeline, else the first by name that embeds. Immutable.
 */
public final class GalleryPlan implements GalleryModels {
    /** For a service that embeds nothing: its galleries stay empty. */
    private static final GalleryModel NONE = new GalleryModel("none@0#000000000000", 1);

    private final Map<String, PipelineRules> rules;
    private final Map<String, String> pipelines = new HashMap<>();
    private final Optional<String> fallback;

    /** @throws IllegalArgumentException a gallery of several pipelines with different embedders, or of one that does not embed */
    public GalleryPlan(RecognitionSettings settings, Map<String, PipelineRules> rules) {
        this.rules = Map.copyOf(rules);
        List<String> embedding = new TreeMap<>(rules).values().stream().filter(r -> r.embedder().isPresent()).map(PipelineRules::name).toList();
        this.fallback = embedding.contains(settings.defaultPipeline()) ? Optional.of(settings.defaultPipeline()) : embedding.stream().findFirst();
        settings.galleries().forEach((gallery, of) -> {
            if (!embedding.contains(of.pipeline())) {
                throw new IllegalArgumentException("galleries." + gallery + ".pipeline: '" + of.pipeline() + "' (expected: a pipeline that embeds, one of "
                        + String.join(", ", embedding) + ")");
            }
            pipelines.put(gallery, of.pipeline());
        });
        for (PipelineRules pipeline : new TreeMap<>(rules).values()) {
            if (pipeline.does(PipelineStage.LOOKUP) && !settings.galleries().containsKey(pipeline.gallery())) {
                String other = pipelines.putIfAbsent(pipeline.gallery(), pipeline.name());
                if (other != null && !rules.get(other).embedder().equals(pipeline.embedder())) {
                    throw new IllegalArgumentException("pipelines " + other + " and " + pipeline.name() + ": one gallery, '" + pipeline.gallery()
                            + "', and different embedders (expected: a gallery each, or galleries." + pipeline.gallery() + ".pipeline)");
                }
            }
        }
    }

    /** Empty where no pipeline embeds. */
    public Optional<String> pipelineOf(String gallery) {
        return Optional.ofNullable(pipelines.get(gallery)).or(() -> fallback);
    }

    @Override
    public GalleryModel of(String gallery) {
        return pipelineOf(gallery).flatMap(pipeline -> rules.get(pipeline).embedder()).orElse(NONE);
    }
}
