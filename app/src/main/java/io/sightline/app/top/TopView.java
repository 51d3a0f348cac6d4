package io.sightline.app.top;

import io.sightline.connectors.deadletters.Printable;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What the workers did in their last windows, as text for a terminal of 120 columns. Names come from a topic: what a terminal would take for commands is not written. */
public final class TopView {
    private static final int NAME_CHARS = 40;
    private static final int STAGE_CHARS = 20;
    private static final String HEAD = "  %-" + STAGE_CHARS + "s %8s %6s %7s %7s %7s %7s %7s %5s %7s %7s %7s %6s %11s%n";
    private static final String ROW = "  %-" + STAGE_CHARS + "s %8.1f %6d %7.1f %7.1f %7.1f %7.1f %7.1f %5.0f %7.1f %7.1f %7.1f %6.1f %11s%n";

    private TopView() {
    }

    /**
     * The whole view, its lines ended by newlines.
     *
     * @param lag of the group; empty: not known
     */
    public static String text(Instant now, List<WorkerTrace> workers, String group, OptionalLong lag) {
        StringBuilder view = new StringBuilder();
        view.append(String.format(Locale.ROOT, "sightline top   %s   %d worker%s   lag %s (group %s)%n", now.truncatedTo(ChronoUnit.SECONDS), workers.size(), workers.size() == 1 ? "" : "s",
                lag.isPresent() ? String.format(Locale.ROOT, "%,d records", lag.getAsLong()) : "?", Printable.text(group, NAME_CHARS)));
        workers.forEach(worker -> worker(view, now, worker));
        if (workers.isEmpty()) {
            view.append("\nno worker has been heard of in the last ten minutes\n");
        }
        return view.toString();
    }

    private static void worker(StringBuilder view, Instant now, WorkerTrace worker) {
        view.append(String.format(Locale.ROOT, "%n%s", Printable.text(worker.instance(), NAME_CHARS)));
        if (!worker.totals().isEmpty()) {
            TracerWindow total = worker.totals().get(worker.totals().size() - 1);
            view.append(String.format(Locale.ROOT, "   %.1f requests/s, %d errors, %d in flight   ave %.1f  p50 %.1f  p95 %.1f  p99 %.1f ms   window of %d s, %d s ago", total.getQps(), total.getErrors(),
                    total.getQueueSize(), latency(total, "ave"), latency(total, ".50"), latency(total, ".95"), latency(total, ".99"),
                    Math.round(Duration.between(total.getWindowStartMs(), total.getWindowEndMs()).toMillis() / 1000.0), Math.max(0, Duration.between(total.getWindowEndMs(), now).toSeconds())));
        }
        view.append(String.format(Locale.ROOT, "%n" + HEAD, "STAGE", "ITEMS/S", "ERR", "IN", "PREP", "MIDP", "POSTP", "OUT", "IDLE%", "P50", "P95", "P99", "BATCH", "QUEUE"));
        for (TracerWindow stage : worker.stages()) {
            double batch = stage.getBatches() == 0 ? 0 : (double) stage.getCount() / stage.getBatches();
            view.append(String.format(Locale.ROOT, ROW, Printable.text(stage.getStage(), STAGE_CHARS), stage.getQps(), stage.getErrors(), stage.getInMs(), stage.getPrepMs(), stage.getMidpMs(),
                    stage.getPostpMs(), stage.getOutMs(), 100 * stage.getIdle(), latency(stage, ".50"), latency(stage, ".95"), latency(stage, ".99"), batch, stage.getQueueSize() + "/" + stage.getQueueCapacity()));
        }
    }

    private static double latency(TracerWindow window, String name) {
        return window.getLatencyMs().getOrDefault(name, 0.0);
    }
}
