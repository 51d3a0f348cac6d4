package io.sightline.app.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.bench.OverloadBench;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline bench overload}. */
@Command(name = "overload", description = "Callers over HTTP, as many as are let in and twice as many, alternately: answers a second, and how fast the others are refused.")
final class OverloadBenchCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    private static final int MAX_IN_FLIGHT = 500;
    private static final int MAX = 3600;
    @Mixin
    private CommonOptions common;
    @Spec
    private CommandSpec spec;
    @Option(names = "--in-flight", defaultValue = "8", description = "callers that are let in, bridge.max_in_flight (default: ${DEFAULT-VALUE})")
    private int inFlight;
    @Option(names = "--rounds", defaultValue = "3", description = "rounds of three parts (default: ${DEFAULT-VALUE})")
    private int rounds;
    @Option(names = "--seconds", defaultValue = "15", description = "seconds a part (default: ${DEFAULT-VALUE})")
    private int seconds;
    @Option(names = "--warm-up", defaultValue = "40", description = "seconds before the first round (default: ${DEFAULT-VALUE})")
    private int warmUp;
    @Option(names = "--pause", defaultValue = "50", description = "milliseconds that a refused caller waits (default: ${DEFAULT-VALUE})")
    private int pauseMs;
    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        check("--in-flight", inFlight, 1, MAX_IN_FLIGHT);
        check("--rounds", rounds, 1, MAX);
        check("--seconds", seconds, 1, MAX);
        check("--warm-up", warmUp, 0, MAX);
        check("--pause", pauseMs, 0, MAX);
        PrintWriter out = spec.commandLine().getOut();
        OverloadBench.Result result = new OverloadBench(common.config(Map.of("bridge.port", "0", "bridge.max_in_flight", Integer.toString(inFlight))), BenchCommand.demoPictures(),
                new OverloadBench.Plan(inFlight, rounds, seconds, warmUp, pauseMs), json ? new PrintWriter(Writer.nullWriter()) : out).run();
        out.println(json ? JSON.writeValueAsString(result) : line(result));
        out.flush();
        return 0;
    }

    private void check(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ParameterException(spec.commandLine(), option + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }

    private static String line(OverloadBench.Result result) {
        List<Double> ratios = result.rounds().stream().map(OverloadBench.Round::ratio).sorted().toList();
        OverloadBench.Round last = result.rounds().get(result.rounds().size() - 1);
        return String.format(Locale.ROOT, "overload: in_flight=%d ratio=%.3f min=%.3f max=%.3f worst_refusal_ms=%.1f; last round: at capacity %s | twice the callers %s", result.plan().inFlight(), result.ratio(),
                ratios.get(0), ratios.get(ratios.size() - 1), result.worstRefusalMs(), line(last.after()), line(last.twice()));
    }

    private static String line(OverloadBench.Part part) {
        return String.format(Locale.ROOT, "callers=%d answered=%.1f/s p50=%.1f p99=%.1f ms refused=%.1f/s p50=%.1f p99=%.1f max=%.1f ms broken=%d", part.callers(), part.answeredPerSecond(),
                part.answerP50Ms(), part.answerP99Ms(), part.refusedPerSecond(), part.refusalP50Ms(), part.refusalP99Ms(), part.refusalMaxMs(), part.broken());
    }
}
