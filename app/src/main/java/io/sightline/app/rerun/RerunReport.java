package io.sightline.app.rerun;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What came of a re-run, counted. Owner: one thread. */
public final class RerunReport {
    private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
    private final Map<LeftOut, String> first = new EnumMap<>(LeftOut.class);
    private long before;
    private long run;
    private long equal;
    private long different;
    private long failedBefore;
    private long equalLineage;
    private long again;
    private long idsMissing;
    private double seconds;

    void leftOut(LeftOut why, String message) {
        leftOut.merge(why, 1L, Long::sum);
        first.putIfAbsent(why, message);
    }

    /** @param same the result says the same as the original; null: there is no original */
    void run(Boolean same, boolean sameLineage, boolean failedOriginally) {
        run++;
        equalLineage += sameLineage ? 1 : 0;
        if (Boolean.TRUE.equals(same)) {
            equal++;
        } else if (same != null && failedOriginally) {
            failedBefore++;
        } else if (same != null) {
            different++;
        }
    }

    void before(long count) {
        before = count;
    }

    void again(long count) {
        again = count;
    }

    void idsMissing(long count) {
        idsMissing = count;
    }

    void took(double s) {
        seconds = s;
    }

    /** Requests of the span: run, left out, or run by the re-run that this one goes on with. */
    public long requests() {
        return before + run + leftOut();
    }

    public long run() {
        return run;
    }

    /** Results that say the same as their originals, but for the words of an error. */
    public long equal() {
        return equal;
    }

    /** Results that say something else than their originals. */
    public long different() {
        return different;
    }

    /** Of requests that the service had failed on, too late or for want of something: they may fare better now. */
    public long failedBefore() {
        return failedBefore;
    }

    /** Results with the models, the settings and the gallery epochs of their originals. */
    public long equalLineage() {
        return equalLineage;
    }

    public long leftOut() {
        return leftOut.values().stream().mapToLong(Long::longValue).sum();
    }

    public long leftOut(LeftOut why) {
        return leftOut.getOrDefault(why, 0L);
    }

    /** The first reason of that kind, seen and expected; null: none was left out for it. */
    public String reason(LeftOut why) {
        return first.get(why);
    }

    /** True: every request was run, and every id asked for was there. */
    public boolean complete() {
        return leftOut() == 0 && idsMissing == 0;
    }

    /** For the screen, some lines. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "requests=%d run=%d equal=%d different=%d failed_before=%d equal_lineage=%d left_out=%d seconds=%.1f rate=%.1f",
                requests(), run, equal, different, failedBefore, equalLineage, leftOut(), seconds, seconds > 0 ? run / seconds : 0));
        if (before > 0) {
            text.append(" run_before=").append(before);
        }
        if (again > 0) {
            text.append(" results_twice=").append(again);
        }
        if (idsMissing > 0) {
            text.append(" ids_missing=").append(idsMissing);
        }
        leftOut.forEach((why, count) -> text.append(System.lineSeparator()).append("left out, ").append(why.text()).append(": ").append(count).append(", first ").append(first.get(why)));
        return text.toString();
    }
}
