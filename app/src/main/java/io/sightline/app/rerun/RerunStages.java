package io.sightline.app.rerun;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.Build;
import io.sightline.processors.recognition.GalleryEngine;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.PipelinePlan;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.Provenance;
import io.sightline.processors.recognition.RecognitionEngine;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecognitionSettings;
import io.sightline.processors.recognition.RecognitionStages;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.processors.recognition.Withdrawals;
import io.sightline.processors.tracer.Tracer;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.history.GalleryHistory;
import io.sightline.topology.history.HistoricIndex;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * The stages with the models of one lineage, and the galleries as they were. The same stages as a worker's, but that deadlines, long past, do not count.
 */
final class RerunStages implements AutoCloseable {
    /** Before every deadline. */
    private static final Clock NO_DEADLINES = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final HistoricIndex index;
    private final RecognitionStages stages;
    private final RecognitionEngine engine;

    /**
     * @param client brokers and what else clients need, under Kafka's own names
     * @param pipelines with the models of the lineage
     * @throws io.sightline.processors.model.ModelException a model can't be used
     */
    RerunStages(SightlineConfig config, String configHash, Map<String, Object> client, Topics topics, SchemaRegistry registry, GalleryHistory history, Map<String, PipelineSettings> pipelines) {
        RecognitionSettings as = config.recognitionSettings();
        RecognitionSettings settings = new RecognitionSettings(pipelines, as.defaultPipeline(), as.galleries(), as.maxLivePixels(), as.maxPixelsWaitMs(),
                as.decode(), as.detect(), as.classify(), as.embed(), as.lookup());
        PipelinePlan plan = PipelinePlan.of(settings, config.models().store());
        Tracer tracer = new Tracer("rerun", Clock.systemUTC());
        index = new HistoricIndex(history, client, topics, registry, plan.galleries(), config.galleryIndex().embedded(), settings.declaredGalleries());
        try {
            stages = RecognitionStages.open(plan, config.limits(), index, tracer);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
        index.embedWith(new GalleryEngine(stages, config.limits(), registry, index.stale()));
        engine = new RecognitionEngine(stages, settings.defaultPipeline(), config.limits(), registry, index, index, gallery -> { }, new Provenance(Build.VERSION, configHash),
                tracer.requests(), new Withdrawals(), NO_DEADLINES);
    }

    /** Nothing may be in progress. @return why the galleries can't be had so, with these models */
    Optional<String> show(Map<String, Long> epochs) {
        return index.show(epochs);
    }

    RecordRun<RecognitionOutcome> start(InputRecord request) {
        return engine.start(request);
    }

    @Override
    public void close() {
        stages.close();
        index.close();
    }
}
