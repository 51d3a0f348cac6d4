package io.sightline.app.top;

import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A view as lines for a terminal. Immutable. */
final class TopText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final String HEADER = String.format(Locale.ROOT, "  %-22s %8s %6s  %8s %8s %8s %8s %7s %5s  %8s %8s %8s  %9s %6s %10s",
            "STAGE", "ITEMS/s", "ERRORS", "IN ms", "PREP", "MIDP", "POSTP", "OUT", "IDLE", "p50 ms", "p90", "p99", "QUEUE", "BATCH", "LANES BUSY");
    private static final double QUEUE_FULL = 0.8;

    /** How a line looks. */
    enum Look {
        PLAIN(""), TITLE("\u001b[1m"), HEADER("\u001b[7m"), WARNING("\u001b[33m"), ALARM("\u001b[31;1m");

        private final String on;

        Look(String on) {
            this.on = on;
        }
    }

    record Line(Look look, String text) {
    }

    private final ZoneId zone;

    TopText(ZoneId zone) {
        this.zone = zone;
    }

    /** All there is to say, whatever the terminal's size. */
    List<Line> lines(TopView view) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(Look.TITLE, "sightline top  " + TIME.format(view.at().atZone(zone)) + "  " + view.source() + "  workers: " + view.workers().size() + "  lag: " + lag(view)));
        view.trouble().ifPresent(trouble -> lines.add(new Line(Look.ALARM, trouble)));
        if (view.workers().isEmpty() && view.trouble().isEmpty()) {
            lines.add(new Line(Look.PLAIN, "no worker has written a window in the last ten minutes"));
        }
        for (WorkerTrace worker : view.workers()) {
            lines.add(new Line(Look.PLAIN, ""));
            worker(view, worker, lines);
        }
        return lines;
    }

    /**
     * The same for a terminal of that size: longer lines are cut, and where there are more lines than rows the last one says how many are missing.
     *
     * @param colour false: without escape sequences
     */
    List<String> screen(TopView view, int columns, int rows, boolean colour) {
        List<Line> all = lines(view);
        List<String> shown = new ArrayList<>();
        int fit = all.size() <= rows ? all.size() : Math.max(0, rows - 1);
        for (Line line : all.subList(0, fit)) {
            shown.add(styled(line, columns, colour));
        }
        if (fit < all.size() && rows > 0) {
            shown.add(styled(new Line(Look.WARNING, "… " + (all.size() - fit) + " more lines"), columns, colour));
        }
        return shown;
    }

    private static String styled(Line line, int columns, boolean colour) {
        String text = line.text().length() <= columns ? line.text() : line.text().substring(0, Math.max(0, columns));
        return colour && line.look() != Look.PLAIN ? line.look().on + text + "\u001b[0m" : text;
    }

    private static String lag(TopView view) {
        if (view.lag().isEmpty()) {
            return "?";
        }
        return String.join(", ", new TreeMap<>(view.lag()).entrySet().stream().map(topic -> topic.getKey() + " " + topic.getValue()).toList());
    }

    private static void worker(TopView view, WorkerTrace worker, List<Line> lines) {
        boolean stale = view.isStale(worker);
        String age = view.age(worker).map(TopText::seconds).orElse("?");
        String title = printable(worker.instance()) + (stale ? "  STALE: its last window ended " + age + " ago" : "");
        lines.add(new Line(stale ? Look.ALARM : Look.TITLE, title));
        TopView.last(worker).ifPresent(total -> lines.add(new Line(total.getErrors() > 0 ? Look.WARNING : Look.PLAIN, String.format(Locale.ROOT,
                "  requests %d in %s  QPS %s  success %s  errors %d  in flight %d  latency ms: ave %s  p50 %s  p90 %s  p95 %s  p99 %s", total.getCount(),
                seconds(Duration.between(total.getWindowStartMs(), total.getWindowEndMs())), rate(total.getQps()), percent(total.getSuccess()), total.getErrors(), total.getQueueSize(),
                latency(total, "ave"), latency(total, ".50"), latency(total, ".90"), latency(total, ".95"), latency(total, ".99")))));
        lines.add(new Line(Look.HEADER, HEADER));
        worker.stages().forEach(stage -> lines.add(new Line(look(stage), stage(stage))));
    }

    private static Look look(TracerWindow stage) {
        boolean full = stage.getQueueCapacity() > 0 && stage.getQueueSize() >= QUEUE_FULL * stage.getQueueCapacity();
        return full || stage.getErrors() > 0 ? Look.WARNING : Look.PLAIN;
    }

    private static String stage(TracerWindow w) {
        boolean idle = w.getCount() == 0;
        return String.format(Locale.ROOT, "  %-22s %8s %6d  %8s %8s %8s %8s %7s %5s  %8s %8s %8s  %9s %6s %10s", cut(printable(w.getStage()), 22), rate(w.getQps()), w.getErrors(),
                ms(idle, w.getInMs()), ms(idle, w.getPrepMs()), ms(idle, w.getMidpMs()), ms(idle, w.getPostpMs()), ms(idle, w.getOutMs()), percent(w.getIdle()),
                latency(w, ".50"), latency(w, ".90"), latency(w, ".99"), w.getQueueSize() + "/" + w.getQueueCapacity(),
                w.getBatches() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", (double) w.getCount() / w.getBatches()),
                w.getLanes() == 0 ? "-" : String.format(Locale.ROOT, "%.2f/%d", w.getLaneBusy() * w.getLanes(), w.getLanes()));
    }

    private static String latency(TracerWindow window, String name) {
        Double value = window.getLatencyMs().get(name);
        return value == null ? "-" : ms(window.getCount() == 0, value);
    }

    private static String ms(boolean none, double value) {
        return none || !Double.isFinite(value) ? "-" : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
    }

    private static String rate(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
    }

    private static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, share == 1 ? "%.0f%%" : "%.1f%%", Math.floor(share * 1000) / 10) : "-";
    }

    private static String seconds(Duration time) {
        return Math.round(time.toMillis() / 1000.0) + " s";
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    /** Names come from a topic: nothing in them may move the cursor. */
    private static String printable(String name) {
        return name.codePoints().map(c -> Character.isISOControl(c) ? '?' : c).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
