package io.sightline.processors.recognition;

import io.opentelemetry.api.OpenTelemetry;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.List;

/**
 * Makes gallery edits searchable: decode → detect (where the embedder wants it) → embed; a vector or a removal goes straight through.
 * Thread-safe. Shares the stages, and so their queues, with the recognition of requests; the stages belong to the caller.
 */
public final class GalleryEngine implements RecordEngine<GalleryOutcome> {
    private final RecognitionStages stages;
    private final GalleryEditReader reader;
    private final StaleEntries stale;
    private final OpenTelemetry telemetry;

    /** As the other, without telemetry. */
    public GalleryEngine(RecognitionStages stages, RequestLimits limits, SchemaRegistry registry, StaleEntries stale) {
        this(stages, limits, registry, stale, OpenTelemetry.noop());
    }

    /**
     * @param stale entries that the edits of a log that is read again are to bring back
     * @param telemetry takes the records' spans
     */
    public GalleryEngine(RecognitionStages stages, RequestLimits limits, SchemaRegistry registry, StaleEntries stale, OpenTelemetry telemetry) {
        this.telemetry = telemetry;
        this.stale = stale;
        this.stages = stages;
        this.reader = new GalleryEditReader(registry, limits, stages.plan(), stale);
    }

    @Override
    public List<String> stages() {
        return StageNames.GALLERY;
    }

    @Override
    public RecordRun<GalleryOutcome> start(InputRecord record) {
        GalleryRun run = new GalleryRun(record, stages, stale, telemetry);
        run.begin(reader);
        return run;
    }
}
