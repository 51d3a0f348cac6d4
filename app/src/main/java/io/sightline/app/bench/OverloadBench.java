package io.sightline.app.bench;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What callers get when there are twice as many as are let in, against as many as are let in: alternately in one run. Whoever is refused waits a while and tries again.
 * Broker, worker, bridge and callers share this machine and this JVM.
 */
public final class OverloadBench {
    private static final String TARGET = "/v1/recognitions?gallery=" + DemoGallery.NAME;

    /**
     * How long and with how much.
     *
     * @param inFlight callers that are let in: bridge.max_in_flight
     * @param rounds each has a part at capacity, one with twice the callers and one at capacity
     * @param partSeconds of each of the three
     * @param warmUpSeconds before the first
     * @param pauseMs of a refused caller before it tries again
     */
    public record Plan(int inFlight, int rounds, int partSeconds, int warmUpSeconds, int pauseMs) {
    }

    /**
     * Some seconds of calls. Times in milliseconds; 0 where there was no such call.
     *
     * @param broken calls that ended without an answer
     */
    public record Part(int callers, double answeredPerSecond, double answerP50Ms, double answerP99Ms, double refusedPerSecond, double refusalP50Ms, double refusalP99Ms,
            double refusalMaxMs, int broken) {
    }

    /** @param ratio answers a second with twice the callers, to those at capacity: the mean of the parts before and after */
    public record Round(Part before, Part twice, Part after, double ratio) {
    }

    public record Result(Plan plan, List<Round> rounds, double ratio, double worstRefusalMs) {
        static Result of(Plan plan, List<Round> rounds) {
            return new Result(plan, rounds, Statistics.median(rounds.stream().map(Round::ratio).toList()), rounds.stream().mapToDouble(round -> round.twice().refusalMaxMs()).max().orElse(0));
        }
    }

    private record Calls(List<Double> answers, List<Double> refusals, int broken) {
    }

    private final SightlineConfig config;
    private final Path pictures;
    private final Plan plan;
    private final PrintWriter screen;

    /** @param config its bridge.max_in_flight is the plan's */
    public OverloadBench(SightlineConfig config, Path pictures, Plan plan, PrintWriter screen) {
        this.config = config;
        this.pictures = pictures;
        this.plan = plan;
        this.screen = screen;
    }

    public Result run() throws Exception {
        List<byte[]> scenes = DemoGallery.scenes(pictures);
        try (BenchedService service = BenchedService.start(config, pictures)) {
            screen.printf(Locale.ROOT, "%d rounds of three parts of %d s; warming up for %d s%n", plan.rounds(), plan.partSeconds(), plan.warmUpSeconds());
            screen.flush();
            part(service.port(), scenes, plan.inFlight(), plan.warmUpSeconds());
            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i < plan.rounds(); i++) {
                Part before = part(service.port(), scenes, plan.inFlight(), plan.partSeconds());
                Part twice = part(service.port(), scenes, 2 * plan.inFlight(), plan.partSeconds());
                Part after = part(service.port(), scenes, plan.inFlight(), plan.partSeconds());
                rounds.add(new Round(before, twice, after, twice.answeredPerSecond() / ((before.answeredPerSecond() + after.answeredPerSecond()) / 2)));
                service.requireHealthy();
                screen.printf(Locale.ROOT, "round %d: answered a second %.1f, %.1f with twice the callers, %.1f; ratio %.3f; refused a second %.1f, p99 %.1f ms%n", i + 1, before.answeredPerSecond(),
                        twice.answeredPerSecond(), after.answeredPerSecond(), rounds.get(i).ratio(), twice.refusedPerSecond(), twice.refusalP99Ms());
                screen.flush();
            }
            return Result.of(plan, rounds);
        }
    }

    private Part part(int port, List<byte[]> scenes, int callers, int seconds) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<Calls>> running = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            int first = caller;
            running.add(CompletableFuture.supplyAsync(() -> calls(port, scenes, first, end), task -> new Thread(task, "bench-caller-" + first).start()));
        }
        List<Calls> all = running.stream().map(CompletableFuture::join).toList();
        double took = (System.nanoTime() - start) / 1e9;
        List<Double> answers = all.stream().flatMap(calls -> calls.answers().stream()).toList();
        List<Double> refusals = all.stream().flatMap(calls -> calls.refusals().stream()).toList();
        return new Part(callers, answers.size() / took, percentile(answers, 50), percentile(answers, 99), refusals.size() / took, percentile(refusals, 50), percentile(refusals, 99),
                refusals.isEmpty() ? 0 : Collections.max(refusals), all.stream().mapToInt(Calls::broken).sum());
    }

    private static double percentile(List<Double> values, double percent) {
        return values.isEmpty() ? 0 : Statistics.percentile(values, percent);
    }

    private Calls calls(int port, List<byte[]> scenes, int first, long end) {
        List<Double> answers = new ArrayList<>();
        List<Double> refusals = new ArrayList<>();
        int broken = 0;
        try (PlainCaller caller = new PlainCaller(port)) {
            for (int i = first; System.nanoTime() < end; i++) {
                long start = System.nanoTime();
                PlainCaller.Answer answer;
                try {
                    answer = caller.post(TARGET, scenes.get(i % scenes.size()));
                } catch (IOException e) {
                    broken++;
                    continue;
                }
                double ms = (System.nanoTime() - start) / 1e6;
                if (answer.status() == 200) {
                    answers.add(ms);
                } else if (answer.status() == 503) {
                    refusals.add(ms);
                    TimeUnit.MILLISECONDS.sleep(plan.pauseMs());
                } else {
                    throw new IllegalStateException("HTTP " + answer.status() + " " + answer.body() + " (expected: 200 or 503)");
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Calls(answers, refusals, broken);
    }
}
