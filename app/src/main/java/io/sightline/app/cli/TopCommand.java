package io.sightline.app.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.top.GroupLag;
import io.sightline.app.top.TopView;
import io.sightline.connectors.bridge.TraceJson;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline top}: what the workers do, live. */
@Command(name = "top", description = "Shows what the workers do, stage by stage, as their tracers say on the topic trace; until Ctrl-C, or once.")
final class TopCommand implements Callable<Integer> {
    /** Cursor home, and what is below it cleared. */
    private static final String REDRAW = "\u001b[H\u001b[J";
    private static final long LOOK_MS = 50;
    private static final int MAX_SECONDS = 3600;

    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Spec
    private CommandSpec spec;
    @Option(names = "--once", description = "print the last windows once; exit status 1 where no worker has been heard of")
    private boolean once;
    @Option(names = "--json", description = "as JSON, one object a line: what GET /v1/trace answers, and the lag")
    private boolean json;
    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1", description = "between two views (default: ${DEFAULT-VALUE})")
    private int intervalSeconds;
    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10", description = "longest wait for Kafka at the start (default: ${DEFAULT-VALUE})")
    private int timeoutSeconds;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        check("--interval", intervalSeconds);
        check("--timeout", timeoutSeconds);
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        Topics topics = new Topics(config.topics().prefix());
        try (SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics); Admin admin = Admin.create(new HashMap<>(config.kafka()));
                RecentTrace trace = RecentTrace.start(config.kafka(), topics, registry)) {
            awaitRead(trace);
            GroupLag lag = new GroupLag(admin, config.worker().applicationId());
            if (once) {
                List<WorkerTrace> workers = trace.workers();
                show(workers, lag, false);
                return workers.isEmpty() ? 1 : 0;
            }
            boolean terminal = System.console() != null && !json;
            while (true) {
                show(trace.workers(), lag, terminal);
                TimeUnit.SECONDS.sleep(intervalSeconds);
            }
        }
    }

    private void check(String option, int seconds) {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ParameterException(spec.commandLine(), option + ": " + seconds + " (expected: 1.." + MAX_SECONDS + ")");
        }
    }

    private void awaitRead(RecentTrace trace) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (trace.trouble().isPresent()) {
            if (System.nanoTime() - endNs >= 0) {
                throw new CommandFailed(trace.trouble().orElse("trace: not read") + "; waited " + timeoutSeconds + " s (--timeout)");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private void show(List<WorkerTrace> workers, GroupLag lag, boolean terminal) throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        OptionalLong records = lag.records();
        if (json) {
            JsonMapper mapper = new JsonMapper();
            ObjectNode view = (ObjectNode) mapper.readTree(TraceJson.bytes(System.currentTimeMillis(), workers));
            view.put("group", lag.group());
            records.ifPresentOrElse(value -> view.put("lag_records", value), () -> view.putNull("lag_records"));
            out.println(mapper.writeValueAsString(view));
        } else {
            out.print((terminal ? REDRAW : "") + TopView.text(Instant.now(), workers, lag.group(), records) + (terminal || once ? "" : System.lineSeparator()));
        }
        out.flush();
    }
}
