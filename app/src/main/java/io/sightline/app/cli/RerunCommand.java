package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.rerun.Rerun;
import io.sightline.app.rerun.RerunOptions;
import io.sightline.app.rerun.RerunReport;
import io.sightline.app.rerun.RerunTime;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.recognition.PipelineStage;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline rerun}. */
@Command(name = "rerun", description = {"Runs the requests of a time again, with the models and gallery epochs that their results name, or with others.",
    "Reads the service's topics without a trace and writes to a topic of its own. Exit status 1 where a request could not be run again."})
final class RerunCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);
    private static final String EPOCH = "[0-9]{1,18}";
    private static final String LATEST = "latest";
    @Spec
    private CommandSpec spec;
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Option(names = "--from", paramLabel = "TIME", required = true, description = "the first request: 2026-11-21T17:00:00Z, 2026-11-21T17:00, -1h, -2d, earliest")
    private String from;
    @Option(names = "--to", paramLabel = "TIME", defaultValue = "now", description = "up to this time, itself not included (default: ${DEFAULT-VALUE})")
    private String to;
    @Option(names = "--ids", paramLabel = "FILE", description = "only requests with these ids, one a line")
    private Path ids;
    @Option(names = "--limit", paramLabel = "N", description = "most requests, those answered first (default: all)")
    private Long limit;
    @Option(names = "--model", paramLabel = "STAGE=NAME[@VERSION]", description = "this model in place of the recorded one: embed=embedder@3; detect, classify or embed")
    private List<String> models = new ArrayList<>();
    @Option(names = "--gallery", paramLabel = "NAME@EPOCH", description = "this state of a gallery in place of the recorded one; NAME@latest: as it is now")
    private List<String> galleries = new ArrayList<>();
    @Option(names = "--allow-settings-change", description = "run requests that were answered with other settings too, with the present ones")
    private boolean allowSettingsChange;
    @Option(names = "--unanswered", description = "run requests without a result too, with the configured models and the galleries as they are now")
    private boolean unanswered;
    @Option(names = "--output-topic", paramLabel = "NAME", description = "topic for the results, made by this command (default: PREFIXresults.rerun-TIME)")
    private String outputTopic;
    @Option(names = "--resume", description = "go on with an --output-topic that is there: requests with a result on it are left alone")
    private boolean resume;

    @Override
    public Integer call() {
        Logging.quiet();
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        Topics topics = new Topics(config.topics().prefix());
        RerunOptions options = options(topics);
        PrintWriter err = spec.commandLine().getErr();
        Consumer<String> say = text -> {
            err.println("rerun: " + text);
            err.flush();
        };
        say.accept(options.run() + ", results on " + options.outputTopic());
        RerunReport report;
        try (SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics)) {
            report = new Rerun(config, topics, registry, options, say).run();
        } catch (ModelException e) {
            throw new CommandFailed(e.getMessage());
        } catch (KafkaException e) {
            throw new CommandFailed(e.getMessage() + (String.valueOf(e.getMessage()).contains("(expected: ") ? "" : " (expected: Kafka at " + config.bootstrapServers() + ")"));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("run=" + options.run() + " output_topic=" + options.outputTopic());
        out.println(report.text());
        out.flush();
        return report.complete() ? 0 : 1;
    }

    private RerunOptions options(Topics topics) {
        Instant now = Instant.now();
        Instant first = time("--from", from, now);
        Instant last = time("--to", to, now);
        if (!first.isBefore(last)) {
            throw wrong("--from: " + first + " (expected: before --to, " + last + ")");
        }
        if (limit != null && limit < 1) {
            throw wrong("--limit: " + limit + " (expected: at least 1)");
        }
        if (resume && outputTopic == null) {
            throw wrong("--resume: without --output-topic (expected: both)");
        }
        String run = "rerun-" + STAMP.format(now);
        return new RerunOptions(first, last, Optional.ofNullable(ids).map(this::ids), limit == null ? Long.MAX_VALUE : limit, models(), galleries(), allowSettingsChange, unanswered, run,
                outputTopic != null ? outputTopic : topics.name(Topic.RESULTS) + "." + run, resume);
    }

    private Instant time(String option, String text, Instant now) {
        try {
            return RerunTime.parse(option, text, now, ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Set<String> ids(Path file) {
        try {
            return Files.readAllLines(file).stream().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.toCollection(LinkedHashSet::new));
        } catch (IOException e) {
            throw wrong("--ids: " + file + " can't be read, " + e + " (expected: a text file, an id a line)");
        }
    }

    private Map<PipelineStage, String> models() {
        Map<PipelineStage, String> byStage = new EnumMap<>(PipelineStage.class);
        for (String text : models) {
            int equals = text.indexOf('=');
            Optional<PipelineStage> stage = List.of(PipelineStage.DETECT, PipelineStage.CLASSIFY, PipelineStage.EMBED).stream()
                    .filter(known -> equals > 0 && known.stageName().equals(text.substring(0, equals))).findFirst();
            if (stage.isEmpty() || equals == text.length() - 1) {
                throw wrong("--model: '" + text + "' (expected: detect=, classify= or embed=NAME[@VERSION])");
            }
            if (byStage.put(stage.get(), text.substring(equals + 1)) != null) {
                throw wrong("--model: " + stage.get().stageName() + " twice (expected: each stage once)");
            }
        }
        return byStage;
    }

    private Map<String, Optional<Long>> galleries() {
        Map<String, Optional<Long>> epochs = new LinkedHashMap<>();
        for (String text : galleries) {
            int at = text.lastIndexOf('@');
            String name = at < 0 ? text : text.substring(0, at);
            String state = text.substring(at + 1);
            if (at < 1 || !state.equals(LATEST) && !state.matches(EPOCH)) {
                throw wrong("--gallery: '" + text + "' (expected: NAME@EPOCH, a number, or NAME@latest; a generation is not a state: it is the same entries in another index, see docs/rerun.md)");
            }
            RequestLimits.checkName("--gallery", name);
            if (epochs.put(name, state.equals(LATEST) ? Optional.empty() : Optional.of(Long.parseLong(state))) != null) {
                throw wrong("--gallery: " + name + " twice (expected: each gallery once)");
            }
        }
        return epochs;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
