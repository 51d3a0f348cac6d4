package io.sightline.processors.canary;

import io.sightline.processors.recognition.Pipeline;
import io.sightline.processors.recognition.PipelinePlan;
import io.sightline.processors.recognition.RecognitionStages;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks each pipeline now and then: what its models make of the stored pictures must be what was recorded, and different for different pictures. (A
 * change of the runtime's optimisation once made all embeddings of another product equal, and nobody saw it for weeks.) Own thread,
 * {@code sightline-canary}; readings are there for any thread.
 */
public final class Canary implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

    private final RecognitionStages stages;
    private final CanarySettings settings;
    private final Clock clock;
    private final Map<String, CanaryCheck> checks = new TreeMap<>();
    private final Map<String, CanaryReading> readings = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sightline-canary");
        thread.setDaemon(true);
        return thread;
    });
    private boolean lateTold;

    /**
     * @param stages stay the caller's: to be closed after this
     * @throws io.sightline.processors.model.ModelException a record that can't be read
     */
    public Canary(RecognitionStages stages, PipelinePlan plan, CanarySettings settings, Clock clock) {
        this.stages = stages;
        this.settings = settings;
        this.clock = clock;
        plan.rules().forEach((name, rules) -> checks.put(name, new CanaryCheck(rules, plan.models().of(name), settings.epsilon())));
    }

    /** Begins to check, at once first. No effect where it is not enabled. */
    public void start() {
        if (settings.enabled()) {
            executor.scheduleWithFixedDelay(this::check, 0, settings.intervalS(), TimeUnit.SECONDS);
        }
    }

    /** Checks all pipelines now. On the canary's own thread, or where that was not started. */
    void check() {
        for (Map.Entry<String, CanaryCheck> pipeline : checks.entrySet()) {
            try {
                told(check(stages.pipelines().get(pipeline.getKey()), pipeline.getValue()));
            } catch (TimeoutException e) {
                late(pipeline.getKey());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | ExecutionException e) {
                Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
                String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
                told(new CanaryReading(pipeline.getKey(), CanaryReading.State.FAILED, Double.NaN, clock.instant(), "the stored pictures can't be worked on: " + what));
            }
        }
    }

    private CanaryReading check(Pipeline pipeline, CanaryCheck check) throws InterruptedException, TimeoutException, ExecutionException {
        Map<CanaryPicture, Map<String, CanaryValue>> seen = new EnumMap<>(CanaryPicture.class);
        for (CanaryPicture picture : CanaryPicture.values()) {
            seen.put(picture, new CanaryProbe(picture, settings.timeoutMs()).through(stages.decode(), pipeline));
        }
        return check.compare(seen, clock.instant());
    }

    /** Says what has changed, not what is as it was. */
    private void told(CanaryReading now) {
        CanaryReading before = readings.put(now.pipeline(), now);
        if (!now.ok() && (before == null || before.state() != now.state())) {
            LOG.warn("canary: pipeline {}: {}", now.pipeline(), now.detail());
        } else if (now.ok() && before != null && !before.ok()) {
            LOG.info("canary: pipeline {} is as recorded again", now.pipeline());
        } else if (now.ok() && before == null) {
            LOG.debug("canary: pipeline {} is well, distance {}{}", now.pipeline(), now.distance(), now.detail().isEmpty() ? "" : " (" + now.detail() + ")");
        }
    }

    private void late(String pipeline) {
        if (!lateTold) {
            lateTold = true;
            LOG.warn("canary: pipeline {} was not checked within {} ms (further ones are not reported; its age tells)", pipeline, settings.timeoutMs());
        }
    }

    /** The last check of each pipeline that was checked, by name. */
    public List<CanaryReading> readings() {
        return List.copyOf(readings.values());
    }

    /** What is wrong, a sentence a pipeline; empty: nothing. */
    public String trouble() {
        return readings.values().stream().filter(reading -> !reading.ok()).map(reading -> reading.pipeline() + ": " + reading.detail()).collect(Collectors.joining("; "));
    }

    /** False only where a drift, or a failure, is to make the worker not ready, and there is one. */
    public boolean ready() {
        return !settings.unready() || readings.values().stream().allMatch(CanaryReading::ok);
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            // A check in progress has let go of the stages before they are closed.
            if (!executor.awaitTermination(settings.timeoutMs(), TimeUnit.MILLISECONDS)) {
                LOG.warn("canary: still checking {} ms after the stop", settings.timeoutMs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
