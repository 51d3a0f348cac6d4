package io.sightline.app.run;

import io.sightline.app.config.ConfigHash;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.metrics.MetricSource;
import io.sightline.connectors.bridge.GalleryIndexState;
import io.sightline.connectors.bridge.LocalWorker;
import io.sightline.connectors.bridge.PipelineModels;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.processors.canary.Canary;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryStats;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.processors.gallery.WatchedIndex;
import io.sightline.processors.image.OpenCv;
import io.sightline.processors.recognition.GalleryEngine;
import io.sightline.processors.recognition.Pipeline;
import io.sightline.processors.recognition.PipelinePlan;
import io.sightline.processors.recognition.PipelineRules;
import io.sightline.processors.recognition.Provenance;
import io.sightline.processors.recognition.RecognitionEngine;
import io.sightline.processors.recognition.RecognitionSettings;
import io.sightline.processors.recognition.RecognitionStages;
import io.sightline.processors.recognition.Withdrawals;
import io.sightline.processors.tracer.Tracer;
import io.sightline.processors.tracer.TracerReport;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.Worker;
import io.sightline.topology.WorkerParts;
import io.sightline.topology.WorkerState;
import io.sightline.topology.topics.GalleryLog;
import io.sightline.topology.topics.TopicSetup;
import io.sightline.topology.trace.TraceReporter;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker with its models: everything between the requests topic and the results topic, in this process. */
public final class WorkerRuntime implements AutoCloseable {
    private static final int TRACE_MAX_BLOCK_MS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(WorkerRuntime.class);
    private final SightlineConfig config;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final StaleEntries stale = new StaleEntries();
    private final Withdrawals withdrawals = new Withdrawals();
    private final GalleryIndex index;
    private final RecognitionStages stages;
    private final PipelinePlan plan;
    private final Tracer tracer;
    private final TraceReporter reporter;
    private final Canary canary;
    private final Telemetry telemetry;
    private final Worker worker;

    private WorkerRuntime(SightlineConfig config, Topics topics, SchemaRegistry registry, GalleryLog galleryLog, Consumer<TracerReport> block, Consumer<Throwable> onFailure) {
        this.config = config;
        this.topics = topics;
        this.registry = registry;
        String instance = config.worker().instanceId().isBlank() ? "worker-" + UUID.randomUUID().toString().substring(0, 8) : config.worker().instanceId();
        this.tracer = new Tracer(instance, Clock.systemUTC());
        RecognitionSettings settings = config.recognitionSettings();
        this.plan = PipelinePlan.of(settings, config.models().store());
        GalleryIndexes indexes = GalleryIndexes.open(config.galleryIndex(), galleryLog, plan.galleries(), settings.declaredGalleries(), stale);
        WatchedIndex watched = new WatchedIndex(indexes.index());
        this.index = watched;
        this.stages = open(plan, config, watched, tracer);
        this.telemetry = Telemetry.open(config.telemetry(), "sightline-worker");
        this.canary = canary(stages, plan, config);
        Provenance provenance = new Provenance(Build.VERSION, ConfigHash.of(config));
        RecognitionEngine recognition = new RecognitionEngine(stages, settings.defaultPipeline(), config.limits(), registry,
                index, watched, this::rebuild, provenance, tracer.requests(), withdrawals, Clock.systemUTC(), telemetry.api());
        GalleryEngine gallery = new GalleryEngine(stages, config.limits(), registry, stale, telemetry.api());
        this.worker = new Worker(new WorkerParts(topics, registry, config.streamsSettings(), config.lookAhead(), recognition, gallery,
                index, plan.galleries(), stale, indexes.checkpoint()), onFailure);
        Map<String, Object> producer = new HashMap<>(config.kafka());
        // The trace is worth no waiting, least of all at the stop of a worker that has lost its brokers.
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TRACE_MAX_BLOCK_MS);
        this.reporter = new TraceReporter(tracer::window, new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer()), topics, registry, block);
    }

    private static RecognitionStages open(PipelinePlan plan, SightlineConfig config, GalleryIndex index, Tracer tracer) {
        try {
            return RecognitionStages.open(plan, config.limits(), index, tracer);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
    }

    private static Canary canary(RecognitionStages stages, PipelinePlan plan, SightlineConfig config) {
        try {
            return new Canary(stages, plan, config.canary(), Clock.systemUTC());
        } catch (RuntimeException e) {
            stages.close();
            throw e;
        }
    }

    /**
     * {@link #open}s and {@link #run}s: requests are taken when this returns.
     *
     * @param onFailure told when the worker has given up
     */
    public static WorkerRuntime start(SightlineConfig config, Consumer<Throwable> onFailure) {
        return start(config, report -> { }, onFailure);
    }

    /** As above. @param block told each window of the tracer, see {@link TracerFile} */
    public static WorkerRuntime start(SightlineConfig config, Consumer<TracerReport> block, Consumer<Throwable> onFailure) {
        WorkerRuntime runtime = open(config, block, onFailure);
        try {
            runtime.run();
            return runtime;
        } catch (RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    /**
     * Makes or checks the topics and opens the models.
     *
     * @param block told each window of the tracer, see {@link TracerFile}
     * @param onFailure told when the worker has given up
     */
    public static WorkerRuntime open(SightlineConfig config, Consumer<TracerReport> block, Consumer<Throwable> onFailure) {
        Topics topics = new Topics(config.topics().prefix());
        GalleryLog galleryLog = TopicSetup.ensure(new HashMap<>(config.kafka()), topics, config.topics());
        SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics);
        try {
            return new WorkerRuntime(config, topics, registry, galleryLog, block, onFailure);
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /**
     * Waits for the schema registry as long as that takes, loads the gallery and joins the group: requests are taken when this returns. False: it was
     * closed meanwhile.
     */
    public boolean run() {
        worker.start();
        if (!worker.awaitRunning(Duration.ofMillis(config.worker().startTimeoutMs()))) {
            if (worker.state() == WorkerState.STOPPING || worker.state() == WorkerState.STOPPED) {
                return false;
            }
            throw new IllegalStateException("worker: " + worker.state() + " after " + config.worker().startTimeoutMs() + " ms (expected: RUNNING)");
        }
        canary.start();
        reporter.start(Duration.ofSeconds(config.tracer().intervalS()));
        return true;
    }

    /**
     * Begins to load the native image library, some seconds of work that needs nothing else, while a broker starts, say. Whoever needs
     * it first waits for the rest; a failure shows there.
     */
    public static void preload() {
        Thread thread = new Thread(OpenCv::load, "sightline-preload");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) -> LOG.debug("preloading failed", e));
        thread.start();
    }

    public Topics topics() {
        return topics;
    }

    public GalleryIndex index() {
        return index;
    }

    /** The default pipeline's numbers. */
    public PipelineRules defaultRules() {
        return plan.defaultRules();
    }

    /** The default pipeline's models. */
    public io.sightline.processors.recognition.PipelineModels defaultModels() {
        return plan.defaultModels();
    }

    public Tracer tracer() {
        return tracer;
    }

    /** Publishes the tracer's windows. */
    public TraceReporter reporter() {
        return reporter;
    }

    public Worker worker() {
        return worker;
    }

    /** To be told by a bridge in this process which callers have gone. */
    public Withdrawals withdrawals() {
        return withdrawals;
    }

    /** What a bridge in this process may know of this worker. */
    public LocalWorker local() {
        return new LocalWorker(pipelineModels(), Optional.of(this::indexState));
    }

    private GalleryIndexState indexState(String gallery) {
        Optional<GalleryIndexState.Counts> counts = Optional.empty();
        Optional<String> trouble = index.trouble().or(() -> worker.follower().trouble());
        try {
            GalleryStats stats = index.stats(gallery);
            counts = Optional.of(new GalleryIndexState.Counts(stats.entries(), stats.epoch(), stats.generation(), stats.memoryBytes(), stats.refused()));
        } catch (IndexUnavailableException e) {
            trouble = Optional.of(e.getMessage());
        } catch (UnknownGalleryException e) {
            // It has had no edit that this worker could use.
        }
        return new GalleryIndexState(counts, stale.count(gallery), index.breaker(), trouble);
    }

    /** The models in use and their devices, by pipeline. */
    private Map<String, PipelineModels> pipelineModels() {
        Map<String, PipelineModels> all = new HashMap<>();
        stages.pipelines().forEach((name, pipeline) -> all.put(name, new PipelineModels(
                pipeline.models().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, m -> m.getValue().id())),
                pipeline.models().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, m -> m.getValue().device())))));
        return all;
    }

    /** The models in use, for people. */
    public String models() {
        return stages.pipelines().values().stream().sorted(Comparator.comparing(Pipeline::name))
                .map(pipeline -> pipeline.name() + ": " + pipeline.models().entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(m -> m.getKey() + "=" + m.getValue().id() + " on " + m.getValue().device()).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
    }

    /** What is measured here. */
    public MetricSource metrics() {
        return new WorkerMetrics(tracer, worker, reporter, withdrawals, index, stale, canary);
    }

    /** Whether its parts can work now, by name. Cheap. */
    public Map<String, Readiness> components() {
        Map<String, Readiness> components = new LinkedHashMap<>();
        checks().forEach((name, check) -> components.put(name, Readiness.ask(check)));
        return components;
    }

    /** The same, to be asked. */
    public Map<String, Supplier<Readiness>> checks() {
        Map<String, Supplier<Readiness>> checks = new LinkedHashMap<>();
        checks.put("worker", Readiness.ofTrouble(this::trouble));
        checks.put("gallery_index", this::indexReadiness);
        checks.put("canary", this::canaryReadiness);
        return checks;
    }

    private void rebuild(String gallery) {
        worker.follower().rebuild(gallery).whenComplete((nothing, error) -> {
            if (error == null) {
                LOG.info("gallery {} was built anew: generation {}", gallery, index.stats(gallery).generation());
            } else {
                LOG.warn("gallery {} was not built anew: {}", gallery, error.toString());
            }
        });
    }

    /** Whether the gallery index can be searched now; where it only takes no edits, that is a detail. */
    public Readiness indexReadiness() {
        return index.trouble().map(Readiness::notReady)
                .orElseGet(() -> new Readiness(true, worker.follower().trouble().map(trouble -> "edits wait: " + trouble).orElse("")));
    }

    /** What the canary's last checks came to. */
    public Canary canary() {
        return canary;
    }

    /** What the canary has against the models; a detail unless the configuration wants more. */
    public Readiness canaryReadiness() {
        return new Readiness(canary.ready(), canary.trouble());
    }

    public boolean isReady() {
        return worker.isReady() && stages.healthy();
    }

    /** Why it can't work on everything now; empty where it can. */
    public Optional<String> trouble() {
        if (registry.trouble().isPresent()) {
            return registry.trouble();
        }
        Optional<String> stage = stages.trouble();
        return worker.isReady() ? stage : Optional.of(worker.state() + stage.map(trouble -> ", " + trouble).orElse(""));
    }

    /** Finishes what is in progress, then closes from the topics inwards. */
    @Override
    public void close() {
        worker.close();
        if (withdrawals.dropped() > 0) {
            LOG.info("{} requests were not worked on to their end: their callers had gone", withdrawals.dropped());
        }
        reporter.close();
        canary.close();
        stages.close();
        index.close();
        registry.close();
        telemetry.close();
    }
}
