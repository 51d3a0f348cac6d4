package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.top.Top;
import io.sightline.app.top.TopSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline top}: reads the topic trace; needs no bridge, and no worker on this machine. */
@Command(name = "top", description = "Shows live what all workers' stages do, from the topic trace: rates, times, queues, lanes, and the group's lag. q or Ctrl-C ends it.")
final class TopCommand implements Callable<Integer> {
    private static final int GRACE_S = 5;

    @Spec
    private CommandSpec spec;
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Option(names = "--once", description = "print what the last windows say and end; where there is none yet, wait for the next. Exit status 1 where none comes")
    private boolean once;
    @Option(names = "--json", description = "with --once: one line of JSON, its windows as /v1/trace has them")
    private boolean json;
    @Option(names = "--timeout", paramLabel = "SECONDS", description = "with --once: longest wait (default: tracer.interval_s and 5)")
    private Integer timeoutS;
    @Option(names = "--every", paramLabel = "SECONDS", defaultValue = "1", description = "time between two looks (default: ${DEFAULT-VALUE})")
    private int everyS;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        check();
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        try (TopSource source = TopSource.start(config)) {
            Top top = new Top(source::look);
            if (!once) {
                Logging.off(); // a line of the log would tear the picture; what is wrong stands in it
                if (!top.live(Duration.ofSeconds(everyS))) {
                    throw new CommandFailed("top: standard output is no terminal (expected: a terminal; or --once, or --once --json)");
                }
                return 0;
            }
            int patienceS = timeoutS != null ? timeoutS : config.tracer().intervalS() + GRACE_S;
            return top.once(json, Duration.ofSeconds(patienceS), spec.commandLine().getOut()).isFresh() ? 0 : 1;
        }
    }

    private void check() {
        if (json && !once) {
            throw new ParameterException(spec.commandLine(), "--json: without --once (expected: --once --json)");
        }
        if (everyS < 1 || everyS > 3600) {
            throw new ParameterException(spec.commandLine(), "--every: " + everyS + " (expected: 1..3600)");
        }
        if (timeoutS != null && (timeoutS < 0 || timeoutS > 3600)) {
            throw new ParameterException(spec.commandLine(), "--timeout: " + timeoutS + " (expected: 0..3600)");
        }
    }
}
