package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.diff.DiffJson;
import io.sightline.app.diff.DiffPage;
import io.sightline.app.diff.DiffRun;
import io.sightline.app.diff.DiffText;
import io.sightline.app.diff.FolderPictures;
import io.sightline.app.diff.Pictures;
import io.sightline.app.diff.TopicPictures;
import io.sightline.connectors.diff.FailIf;
import io.sightline.connectors.diff.Tolerance;
import io.sightline.connectors.walk.Span;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline diff}. */
@Command(name = "diff", description = {"Compares two sets of results by request id: what is called differently, moved, appeared, vanished, failed.",
    "Exit status 0: compared, and no --fail-if holds (differences alone don't matter); 1: a --fail-if holds; 2: nothing was compared, or the command line is wrong."})
final class DiffCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final int MAX_WORST = 1000;
    @Spec
    private CommandSpec spec;
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Parameters(index = "0", paramLabel = "A", description = "results before: a file (JSON lines or Avro), topic:NAME, or topic:NAME@FROM..TO for a span of its own")
    private String a;
    @Parameters(index = "1", paramLabel = "B", description = "results after, likewise")
    private String b;
    @Option(names = "--from", paramLabel = "TIME", description = "of topics only results of this time or later: " + Moment.FORMS)
    private String from;
    @Option(names = "--to", paramLabel = "TIME", description = "of topics only results from before this time")
    private String to;
    @Option(names = "--score-tolerance", paramLabel = "X", defaultValue = "0", description = "scores that differ by no more are the same (default: ${DEFAULT-VALUE}, for scores are published rounded)")
    private double scoreTolerance;
    @Option(names = "--iou", paramLabel = "X", defaultValue = "1", description = "boxes that overlap by as much are the same (default: ${DEFAULT-VALUE}, equal boxes)")
    private double boxIou;
    @Option(names = "--pair-iou", paramLabel = "X", defaultValue = "0.5", description = "boxes that overlap less are of different things (default: ${DEFAULT-VALUE})")
    private double pairIou;
    @Option(names = "--fail-if", paramLabel = "'KIND>N[%]'", description = "exit with 1 where more requests than that show that kind of difference; in quotes; may be given again: 'label-changed>0.5%%', 'vanished>3'")
    private List<String> failIf = new ArrayList<>();
    @Option(names = "--json", description = "print one JSON object")
    private boolean json;
    @Option(names = "--report", paramLabel = "FILE.html", description = "also write a page with the worst cases and their pictures; needs no network to be looked at")
    private Path report;
    @Option(names = "--images", paramLabel = "DIR", description = "take pictures from this folder: ID, ID.jpg, ID.png (default: from the requests topic, where a topic is compared or --bootstrap-servers is given)")
    private Path images;
    @Option(names = "--worst", paramLabel = "N", defaultValue = "20", description = "how many cases of each kind are kept and shown, 0..1000 (default: ${DEFAULT-VALUE})")
    private int worst;
    @Option(names = "--temp", paramLabel = "DIR", description = "folder for temporary files, as large as both sets (default: the system's)")
    private Path temp;

    @Override
    public Integer call() {
        Logging.quiet();
        try {
            return compare();
        } catch (RuntimeException e) {
            // Not 1, which says that a condition holds.
            if (!String.valueOf(e.getMessage()).contains("(expected: ")) {
                e.printStackTrace(spec.commandLine().getErr());
            }
            spec.commandLine().getErr().println("sightline: " + e.getMessage());
            return FAILED;
        }
    }

    private int compare() {
        List<FailIf> conditions = failIf.stream().map(FailIf::parse).toList();
        Tolerance tolerance = new Tolerance(scoreTolerance, boxIou, pairIou);
        if (worst < 0 || worst > MAX_WORST) {
            throw new CommandFailed("--worst: " + worst + " (expected: 0.." + MAX_WORST + ")");
        }
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        Topics topics = new Topics(config.topics().prefix());
        try (SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics); Pictures pictures = pictures(config, registry)) {
            DiffSource source = new DiffSource(config.kafka(), registry, new Span(moment("--from", from), moment("--to", to)));
            DiffRun.Outcome outcome = DiffRun.of(source.of(a), source.of(b), tolerance, topics.name(Topic.GALLERY), worst, temp != null ? temp : Path.of(System.getProperty("java.io.tmpdir")));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                DiffJson.write(outcome, conditions, out);
            } else {
                DiffText.write(outcome, conditions, out);
            }
            out.flush();
            if (report != null) {
                int without = DiffPage.write(outcome, conditions, pictures, report);
                spec.commandLine().getErr().println("diff: report " + report + (without == 0 ? "" : ", " + without + " cases without their picture"));
            }
            return conditions.stream().anyMatch(condition -> condition.holds(outcome.diff())) ? 1 : 0;
        }
    }

    private Optional<Instant> moment(String option, String text) {
        return Optional.ofNullable(text).map(given -> Moment.parse(option, given, Instant.now(), ZoneId.systemDefault()));
    }

    private Pictures pictures(SightlineConfig config, SchemaRegistry registry) {
        if (report == null) {
            return Pictures.NONE;
        }
        if (images != null) {
            return new FolderPictures(images);
        }
        boolean reachable = kafka.given() || DiffSource.isTopic(a) || DiffSource.isTopic(b);
        return reachable ? new TopicPictures(config.kafka(), registry) : Pictures.NONE;
    }
}
