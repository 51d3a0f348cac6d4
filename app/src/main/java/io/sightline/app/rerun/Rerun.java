package io.sightline.app.rerun;

import io.sightline.app.config.ConfigHash;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.Progress;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.processors.streams.EncodedResult;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.history.GalleryHistory;
import io.sightline.topology.history.RecordFetcher;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Runs requests of the past again. Reads the service's topics as a stranger would: no group, nothing committed, nothing written to them; results go to
 * a topic of the re-run's own. Used once, by one thread.
 *
 * <p>Memory: the models, the galleries, some 150 bytes a request of the span, and as much in flight as a worker has ({@code look_ahead}).
 */
public final class Rerun {
    private record InFlight(RerunJob job, RecordRun<RecognitionOutcome> run) {
        long bytes() {
            InputRecord input = run.input();
            return (input.key() == null ? 0 : input.key().length) + (long) (input.value() == null ? 0 : input.value().length);
        }
    }

    private final SightlineConfig config;
    private final Map<String, Object> client;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final RerunOptions options;
    private final Consumer<String> plans;
    private final String configHash;
    private final AvroCodec<RecognitionResult> codec;
    private final RerunReport report = new RerunReport();
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private long bytesInFlight;

    /** @param plans told in words what will be done, before it is done */
    public Rerun(SightlineConfig config, Topics topics, SchemaRegistry registry, RerunOptions options, Consumer<String> plans) {
        this.config = config;
        this.client = Map.copyOf(config.kafka());
        this.topics = topics;
        this.registry = registry;
        this.options = options;
        this.plans = plans;
        this.configHash = ConfigHash.of(config);
        this.codec = new AvroCodec<>(RecognitionResult.class, registry);
    }

    /**
     * @throws IllegalArgumentException something that was asked for is not there, seen and expected
     * @throws io.sightline.processors.model.ModelException a model can't be used
     */
    public RerunReport run() {
        long start = System.nanoTime();
        RerunOutput.checkName(topics, options.outputTopic());
        RerunPlan plan = new RerunPlan(client, topics, registry, options, report, config.worker().exactlyOnce());
        plan.read();
        GalleryHistory history = GalleryHistory.read(client, topics, registry);
        LineageResolver resolver = new LineageResolver(config.pipelines(), config.recognitionSettings().declaredGalleries(), configHash,
                new ModelCatalogue(config.models().resolvedFolder()), history, options);
        try (RecordFetcher requests = new RecordFetcher(client, topics.name(Topic.REQUESTS), config.worker().exactlyOnce())) {
            List<RerunJob> jobs = plan.jobs(resolver, requests);
            long states = jobs.stream().map(job -> job.setup().galleries()).distinct().count();
            plans.accept(jobs.size() + " requests to run, with " + states + " states of the galleries; left out " + report.leftOut());
            if (!options.resume()) {
                RerunOutput.create(client, options.outputTopic(), plan.resultPartitions(), config.topics().replicationFactor());
            }
            try (RerunOutput output = new RerunOutput(client, options.outputTopic(), options.run()); ProgressBar bar = Progress.bar("rerun", jobs.size())) {
                Map<Map<String, PipelineSettings>, List<RerunJob>> byModels = jobs.stream().collect(Collectors.groupingBy(job -> job.setup().pipelines()));
                byModels.forEach((pipelines, group) -> runAll(history, pipelines, group, requests, output, bar));
                output.flush();
            }
        }
        report.took((System.nanoTime() - start) / 1e9);
        return report;
    }

    private void runAll(GalleryHistory history, Map<String, PipelineSettings> pipelines, List<RerunJob> jobs, RecordFetcher requests, RerunOutput output, ProgressBar bar) {
        try (RerunStages stages = open(history, pipelines)) {
            TreeMap<RerunJob.Setup, List<RerunJob>> bySetup = jobs.stream().collect(Collectors.groupingBy(RerunJob::setup, () -> new TreeMap<>(RerunJob.Setup.ORDER), Collectors.toList()));
            bySetup.forEach((setup, some) -> {
                Optional<String> trouble = stages.show(setup.galleries());
                for (RerunJob job : some.stream().sorted(RerunJob.BY_PLACE).toList()) {
                    if (trouble.isPresent()) {
                        leftOut(LeftOut.GALLERY, trouble.get(), bar);
                    } else {
                        begin(job, stages, requests, bar);
                        finish(config.lookAhead().maxRecords() - 1, config.lookAhead().maxBytes(), output, bar);
                    }
                }
                // The galleries may not change under a search.
                finish(0, 0, output, bar);
            });
        } finally {
            inFlight.forEach(work -> work.run().close());
        }
    }

    private RerunStages open(GalleryHistory history, Map<String, PipelineSettings> pipelines) {
        try {
            return new RerunStages(config, configHash, client, topics, registry, history, pipelines);
        } catch (IllegalArgumentException e) {
            // Each model is fine, they don't go together.
            throw new IllegalArgumentException("the models of then or those asked for: " + e.getMessage(), e);
        }
    }

    private void leftOut(LeftOut why, String message, ProgressBar bar) {
        report.leftOut(why, message);
        bar.step();
    }

    private void begin(RerunJob job, RerunStages stages, RecordFetcher requests, ProgressBar bar) {
        Optional<ConsumerRecord<byte[], byte[]>> found = requests.fetch(job.partition(), job.offset());
        if (found.isEmpty()) {
            leftOut(LeftOut.REQUEST_GONE, topics.name(Topic.REQUESTS) + "-" + job.partition() + "@" + job.offset() + ": not there (expected: a request, see the topic's retention.ms)", bar);
            return;
        }
        ConsumerRecord<byte[], byte[]> record = found.get();
        InFlight work = new InFlight(job, stages.start(
                new InputRecord(record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), record.value(), record.headers())));
        inFlight.add(work);
        bytesInFlight += work.bytes();
    }

    /** Publishes the oldest until no more than that is left in flight. */
    private void finish(int records, long bytes, RerunOutput output, ProgressBar bar) {
        while (!inFlight.isEmpty() && (inFlight.size() > records || bytesInFlight > bytes)) {
            InFlight work = inFlight.poll();
            bytesInFlight -= work.bytes();
            publish(work.job(), work.run().input(), outcome(work.run()), output);
            bar.step();
        }
    }

    private static RecognitionOutcome outcome(RecordRun<RecognitionOutcome> run) {
        try {
            return run.outcome().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("rerun: interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("rerun: a stage has failed, " + e.getCause(), e.getCause());
        }
    }

    private void publish(RerunJob job, InputRecord request, RecognitionOutcome outcome, RerunOutput output) {
        Instant now = Instant.now();
        // With the subject of the live topic: a registry need not learn a new one for each re-run.
        EncodedResult encoded = EncodedResult.of(codec, topics.name(Topic.RESULTS), request, new RecognitionOutcome(at(now, outcome.result()), outcome.deadLetter()), now.toEpochMilli());
        output.write(encoded, request, job.original());
        Boolean same = job.original().map(first -> first.content() == Original.content(codec, topics.name(Topic.RESULTS), encoded.result())).orElse(null);
        report.run(same, job.original().filter(first -> first.lineage().equalTo(encoded.result())).isPresent(), job.original().filter(first -> first.lineage().failed()).isPresent());
    }

    private static RecognitionResult at(Instant completed, RecognitionResult result) {
        return new RecognitionResult(result.getRequestId(), result.getStatus(), result.getErrNo(), result.getErrMsg(), result.getPipeline(), result.getImage(), result.getDetections(),
                result.getLineage(), result.getTimingsMs(), result.getAttributes(), completed);
    }
}
