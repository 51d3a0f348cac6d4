package io.sightline.app.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.evaluate.DatasetEvaluation;
import io.sightline.app.evaluate.EvaluationSetup;
import io.sightline.app.evaluate.WorldEvaluation;
import io.sightline.app.evaluate.WorldReport;
import io.sightline.connectors.dataset.LabelFile;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.recognition.PipelineRules;
import io.sightline.processors.recognition.PipelineSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline evaluate}. */
@Command(name = "evaluate", description = {"Measures the models: on invented products never seen in training, or with --gallery and --queries on your own pictures.",
    "Works on one thread, through the product's own stages."})
final class EvaluateCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final JsonMapper JSON = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    @Mixin
    private CommonOptions common;
    @Spec
    private CommandSpec spec;
    @Option(names = "--detector", paramLabel = "NAME[@VERSION]", description = "detector (default: the default pipeline's, newest version)")
    private String detector;
    @Option(names = "--embedder", paramLabel = "NAME[@VERSION]", description = "embedder (default: the default pipeline's, newest version)")
    private String embedder;
    @Option(names = "--models-folder", paramLabel = "DIR", description = "folder of <name>/<version>/model.yaml (default: models.folder of the configuration)")
    private Path modelsFolder;
    @Option(names = "--threshold", paramLabel = "COSINE", description = "smallest cosine of a match (default: the default pipeline's match_threshold, else the embedder's own)")
    private Double threshold;
    @Option(names = "--json", description = "print one JSON object")
    private boolean json;
    @Option(names = "--out", paramLabel = "DIR", description = "folder for precision-recall.png (default: out/evaluate-<time>)")
    private Path out;
    @ArgGroup(exclusive = false, validate = false, heading = "The invented world:%n")
    private EvaluateWorldOptions world = new EvaluateWorldOptions();
    @ArgGroup(exclusive = false, validate = false, heading = "Your own pictures:%n")
    private EvaluateDatasetOptions dataset = new EvaluateDatasetOptions();

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        try {
            SightlineConfig config = common.config(Map.of());
            if (dataset.asked()) {
                dataset(config);
            } else {
                world(config);
            }
            return 0;
        } catch (ModelException e) {
            throw new CommandFailed(e.getMessage());
        }
    }

    private void world(SightlineConfig config) throws Exception {
        EvaluationSetup setup = setup(config, true);
        WorldReport report = new WorldEvaluation(setup, world.world()).run();
        Path folder = out != null ? out : Path.of("out", "evaluate-" + LocalDateTime.now().format(STAMP));
        Path curve = folder.toAbsolutePath().resolve("precision-recall.png");
        report.drawCurve(curve);
        Map<String, Object> figures = report.json();
        figures.put("precision_recall_png", curve.toString());
        print(report.text() + System.lineSeparator() + "precision-recall curve: " + curve + System.lineSeparator(), figures);
    }

    private void dataset(SightlineConfig config) throws Exception {
        if (dataset.gallery == null || dataset.queries == null) {
            throw new ParameterException(spec.commandLine(), (dataset.gallery == null ? "--gallery" : "--queries") + ": not given (expected: both --gallery FILE and --queries FILE)");
        }
        var gallery = LabelFile.read(dataset.gallery, Optional.ofNullable(dataset.root));
        var queries = LabelFile.read(dataset.queries, Optional.ofNullable(dataset.root));
        ModelSpec chosen = embedder(config);
        boolean detected = dataset.indexing != null ? dataset.indexing == EvaluateDatasetOptions.Indexing.DETECTED : chosen.gallery().detected();
        try (DatasetEvaluation evaluation = new DatasetEvaluation(setup(config, detected), detected)) {
            var report = evaluation.run(gallery, queries);
            print(report.text(), report.json());
        }
    }

    private void print(String text, Map<String, Object> figures) throws Exception {
        PrintWriter screen = spec.commandLine().getOut();
        screen.print(json ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(figures) + System.lineSeparator() : text);
        screen.flush();
    }

    private EvaluationSetup setup(SightlineConfig config, boolean withDetector) {
        PipelineSettings pipeline = config.pipelines().get(config.defaultPipeline());
        ModelSpec embedding = embedder(config);
        Optional<ModelRuntime> detecting = withDetector
                ? Optional.of(ModelRuntime.of(ModelFolder.find(folder(config), detector != null ? detector : pipeline.detector()), config.models().runtime()))
                : Optional.empty();
        double cosine = threshold != null ? threshold : pipeline.matchThreshold().orElse(embedding.cosineThreshold().orElse(PipelineRules.MATCH_THRESHOLD));
        return new EvaluationSetup(detecting, ModelRuntime.of(embedding, config.models().runtime()), cosine, config.limits());
    }

    private ModelSpec embedder(SightlineConfig config) {
        return ModelFolder.find(folder(config), embedder != null ? embedder : config.pipelines().get(config.defaultPipeline()).embedder());
    }

    private Path folder(SightlineConfig config) {
        return modelsFolder != null ? modelsFolder : config.models().resolvedFolder();
    }
}
