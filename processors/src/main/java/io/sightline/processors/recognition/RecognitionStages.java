package io.sightline.processors.recognition;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.tracer.Tracer;
import io.sightline.schemas.request.RequestLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The engines of all stages, shared by the recognition of requests and the indexing of gallery pictures, and the pipelines made of them.
 * Owns and closes the engines.
 *
 * @param between the engines between decode and lookup, in the order in which work goes through them
 * @param pipelines by name
 * @param plan which pipeline indexes which gallery
 */
public record RecognitionStages(
        StageEngine<byte[], DecodedImage> decode,
        List<StageEngine<?, ?>> between,
        StageEngine<LookupRequest, GallerySearch> lookup,
        Map<String, Pipeline> pipelines,
        GalleryPlan plan) implements AutoCloseable {
    public RecognitionStages {
        between = List.copyOf(between);
        pipelines = Map.copyOf(pipelines);
    }

    /**
     * Starts the stages with their real functions. A stage that can't start closes those that have.
     *
     * @param index searched by the lookup stage; stays the caller's
     * @throws io.sightline.processors.stage.StageStartException a session or the decoder could not be made
     */
    public static RecognitionStages open(PipelinePlan plan, RequestLimits limits, GalleryIndex index, Tracer tracer) {
        return new StagesOpening(plan, limits, index, tracer).open();
    }

    /** Names of the stages that some pipeline has, in order. */
    public List<String> stageNames() {
        List<String> names = new ArrayList<>(List.of(StageNames.DECODE));
        for (PipelineStage stage : PipelineStage.values()) {
            if (pipelines.values().stream().anyMatch(pipeline -> pipeline.rules().does(stage))) {
                names.add(stage.stageName());
            }
        }
        return List.copyOf(names);
    }

    /** False once a stage is broken: the process should end. */
    public boolean healthy() {
        return all().allMatch(StageEngine::healthy);
    }

    /** Why a stage, or one of its lanes, can't work now; empty: all can. */
    public Optional<String> trouble() {
        return all().map(StageEngine::trouble).flatMap(Optional::stream).findFirst();
    }

    /** Each stage finishes what waits before the one behind it is closed. Harmless when closed already. */
    @Override
    public void close() {
        all().forEach(StageEngine::close);
    }

    private Stream<StageEngine<?, ?>> all() {
        return Stream.of(Stream.<StageEngine<?, ?>>of(decode), between.stream(), Stream.<StageEngine<?, ?>>of(lookup)).flatMap(stages -> stages);
    }
}
