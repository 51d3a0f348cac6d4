package io.sightline.processors.recognition;

import io.opentelemetry.api.OpenTelemetry;
import io.sightline.processors.gallery.EpochWatch;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.tracer.RequestMeter;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Recognises requests, each through its pipeline: decode → detect → classify → embed → lookup, or some of these. Thread-safe. Bounded by the stages' queues: {@link #start} waits while the
 * first one is full. The stages and the index belong to the caller.
 */
public final class RecognitionEngine implements RecordEngine<RecognitionOutcome> {
    private final RecognitionStages stages;
    private final EpochWatch watch;
    private final Consumer<String> rebuilds;
    private final RequestReader reader;
    private final ResultBuilder results;
    private final RequestMeter meter;
    private final Withdrawals withdrawals;
    private final Clock clock;
    private final OpenTelemetry telemetry;

    /** As the other, without telemetry. */
    public RecognitionEngine(RecognitionStages stages, String defaultPipeline, RequestLimits limits, SchemaRegistry registry,
            GalleryIndex index, EpochWatch watch, Consumer<String> rebuilds, Provenance provenance, RequestMeter meter, Withdrawals withdrawals, Clock clock) {
        this(stages, defaultPipeline, limits, registry, index, watch, rebuilds, provenance, meter, withdrawals, clock, OpenTelemetry.noop());
    }

    /**
     * @param defaultPipeline of a request that names none
     * @param watch of the same index
     * @param rebuilds told of galleries whose index is to be built anew; returns at once
     * @param withdrawals asked before each stage, and when a batch is made
     * @param telemetry takes the records' spans
     */
    public RecognitionEngine(RecognitionStages stages, String defaultPipeline, RequestLimits limits, SchemaRegistry registry,
            GalleryIndex index, EpochWatch watch, Consumer<String> rebuilds, Provenance provenance, RequestMeter meter, Withdrawals withdrawals, Clock clock,
            OpenTelemetry telemetry) {
        this.telemetry = telemetry;
        this.stages = stages;
        this.watch = watch;
        this.rebuilds = rebuilds;
        Map<String, PipelineRules> rules = new HashMap<>();
        stages.pipelines().forEach((name, pipeline) -> rules.put(name, pipeline.rules()));
        this.reader = new RequestReader(registry, limits, rules, defaultPipeline, stages.plan(), index, clock);
        this.results = new ResultBuilder(provenance, clock);
        this.meter = meter;
        this.withdrawals = withdrawals;
        this.clock = clock;
    }

    @Override
    public List<String> stages() {
        return stages.stageNames();
    }

    @Override
    public RecordRun<RecognitionOutcome> start(InputRecord record) {
        RecognitionRun run = new RecognitionRun(record, stages, results, meter, withdrawals, clock, telemetry);
        run.begin(reader, watch, rebuilds);
        return run;
    }
}
