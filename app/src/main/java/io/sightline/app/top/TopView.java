package io.sightline.app.top;

import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known at one moment.
 *
 * @param source what is looked at, for people
 * @param workers sorted by name
 * @param lag records that wait on a topic, by topic; empty where that is not known
 * @param trouble why nothing, or not all, is known, a sentence
 */
public record TopView(Instant at, String source, List<WorkerTrace> workers, Map<String, Long> lag, Optional<String> trouble) {
    /** A worker writes its windows a moment after their end, and to get here takes another. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    public TopView {
        workers = List.copyOf(workers);
        lag = Map.copyOf(lag);
    }

    /** The worker's last window of whole requests; empty where only windows of stages came yet. */
    public static Optional<TracerWindow> last(WorkerTrace worker) {
        return worker.totals().isEmpty() ? Optional.empty() : Optional.of(worker.totals().get(worker.totals().size() - 1));
    }

    /** Since its last window ended. */
    public Optional<Duration> age(WorkerTrace worker) {
        return last(worker).map(window -> Duration.between(window.getWindowEndMs(), at));
    }

    /** The worker's next window is overdue: it has stopped, or can't reach Kafka. Its clock and this one's had better agree. */
    public boolean isStale(WorkerTrace worker) {
        return last(worker).map(window -> Duration.between(window.getWindowStartMs(), window.getWindowEndMs()).multipliedBy(2).plus(GRACE)
                .compareTo(Duration.between(window.getWindowEndMs(), at)) < 0).orElse(false);
    }

    /** Whether there is a window that tells of now. */
    public boolean isFresh() {
        return workers.stream().anyMatch(worker -> last(worker).isPresent() && !isStale(worker));
    }
}
