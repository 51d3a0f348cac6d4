package io.sightline.connectors.trace;

import io.sightline.schemas.TracerWindow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The windows of some workers: of each the last one of each stage and the last ones of whole requests. A worker that is not heard of
 * for {@link #FORGOTTEN_AFTER}, or three of its windows where they are longer, is forgotten. Thread-safe.
 */
final class WindowStore {
    static final int MAX_WORKERS = 64;
    static final int MAX_STAGES = 64;
    static final int MAX_TOTALS = 60;
    static final int MAX_NAME = 200;
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);
    /** The longest tracer.interval_s. */
    static final Duration LONGEST_WINDOW = Duration.ofHours(1);
    /** The stage that stands for whole requests. */
    static final String TOTAL = "total";

    private static final class Kept {
        final Map<String, TracerWindow> stages = new LinkedHashMap<>();
        final Deque<TracerWindow> totals = new ArrayDeque<>();
        TracerWindow newest;
    }

    private final Clock clock;
    private final Map<String, Kept> workers = new TreeMap<>();

    WindowStore(Clock clock) {
        this.clock = clock;
    }

    /** @throws IllegalArgumentException where its names are too long to be kept */
    synchronized void put(TracerWindow window) {
        if (window.getInstance().length() > MAX_NAME || window.getStage().length() > MAX_NAME) {
            throw new IllegalArgumentException("instance and stage: " + window.getInstance().length() + " and " + window.getStage().length() + " characters (expected: at most " + MAX_NAME + ")");
        }
        forget();
        if (!isYoung(window)) {
            return;
        }
        if (!workers.containsKey(window.getInstance()) && workers.size() == MAX_WORKERS) {
            workers.entrySet().stream().min(Comparator.comparing(worker -> end(worker.getValue().newest))).map(Map.Entry::getKey).ifPresent(workers::remove);
        }
        Kept kept = workers.computeIfAbsent(window.getInstance(), instance -> new Kept());
        TracerWindow light = TracerWindow.newBuilder(window).setErrorRequestIds(List.of()).build();
        if (kept.newest == null || end(kept.newest).isBefore(end(light))) {
            kept.newest = light;
        }
        if (window.getStage().equals(TOTAL)) {
            total(kept, light);
        } else if (kept.stages.containsKey(window.getStage()) || kept.stages.size() < MAX_STAGES) {
            kept.stages.merge(window.getStage(), light, (old, now) -> end(now).isBefore(end(old)) ? old : now);
        }
    }

    private static void total(Kept kept, TracerWindow window) {
        TracerWindow last = kept.totals.peekLast();
        if (last != null && !end(last).isBefore(end(window))) {
            return; // sent twice
        }
        kept.totals.addLast(window);
        if (kept.totals.size() > MAX_TOTALS) {
            kept.totals.removeFirst();
        }
        // The total comes after the stages of its window: one that had none has gone, with another configuration under the same name.
        kept.stages.values().removeIf(stage -> !end(stage).isAfter(window.getWindowStartMs()));
    }

    private void forget() {
        workers.values().removeIf(kept -> !isYoung(kept.newest));
    }

    /** Ended not long ago; not far in the future either, which would keep everything that comes after it out. */
    private boolean isYoung(TracerWindow window) {
        Duration age = Duration.between(end(window), clock.instant());
        Duration length = Duration.between(window.getWindowStartMs(), end(window));
        Duration allowed = length.compareTo(LONGEST_WINDOW) > 0 || length.multipliedBy(3).compareTo(FORGOTTEN_AFTER) < 0 ? FORGOTTEN_AFTER : length.multipliedBy(3);
        return age.compareTo(allowed) <= 0 && age.compareTo(FORGOTTEN_AFTER.negated()) >= 0;
    }

    private static Instant end(TracerWindow window) {
        return window.getWindowEndMs();
    }

    /** Sorted by name. */
    synchronized List<WorkerTrace> workers() {
        forget();
        List<WorkerTrace> all = new ArrayList<>();
        workers.forEach((instance, kept) -> all.add(new WorkerTrace(instance, List.copyOf(kept.stages.values()), List.copyOf(kept.totals))));
        return all;
    }
}
