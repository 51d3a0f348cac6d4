package io.sightline.processors.recognition;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.tracer.RequestMeter;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Clock;
import java.util.List;

/**
 * Recognises requests: decode → detect → embed → lookup. Thread-safe. Bounded by the stages' queues: {@link #start} waits while the
 * first one is full. The stages and the index belong to the caller.
 */
public final class RecognitionEngine implements RecordEngine<RecognitionOutcome> {
    private final RecognitionStages stages;
    private final RequestReader reader;
    private final ResultBuilder results;
    private final RequestMeter meter;
    private final Clock clock;

    public RecognitionEngine(RecognitionStages stages, RecognitionSettings settings, RequestLimits limits, SchemaRegistry registry,
            GalleryIndex index, Provenance provenance, RequestMeter meter, Clock clock) {
        this.stages = stages;
        this.reader = new RequestReader(registry, limits, settings, index, clock);
        this.results = new ResultBuilder(provenance, stages.models(), clock);
        this.meter = meter;
        this.clock = clock;
    }

    @Override
    public List<String> stages() {
        return StageNames.RECOGNITION;
    }

    @Override
    public RecordRun<RecognitionOutcome> start(InputRecord record) {
        RecognitionRun run = new RecognitionRun(record, stages, results, meter, clock);
        run.begin(reader);
        return run;
    }
}
