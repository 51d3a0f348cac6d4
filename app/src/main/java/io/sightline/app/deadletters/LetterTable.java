package io.sightline.app.deadletters;

import io.sightline.connectors.deadletters.Letter;
import io.sightline.connectors.deadletters.LetterPlace;
import io.sightline.connectors.deadletters.RetryPlan;
import io.sightline.connectors.deadletters.Survey;
import io.sightline.connectors.text.Printable;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Dead letters as text for a terminal. */
public final class LetterTable {
    private static final int ID_CHARS = 24;
    private static final int REASON_CHARS = 100;
    private static final String ROW = "%-10s  %-20s  %5s  %-" + ID_CHARS + "s  %-16s  %8s  %-14s  %s";

    private LetterTable() {
    }

    public static void write(Survey survey, PrintWriter out) {
        out.printf(Locale.ROOT, "%,d dead letters, %,d of them retried%n", survey.letters(), survey.retried());
        if (survey.letters() == 0) {
            return;
        }
        out.printf(Locale.ROOT, "%n%9s  %9s  %5s  %s%n", "letters", "retried", "error", "reason");
        for (Survey.Reason reason : survey.reasons()) {
            out.printf(Locale.ROOT, "%,9d  %,9d  %5s  %s%n", reason.letters(), reason.retried(), reason.errNo() < 0 ? "?" : reason.errNo(), reason.kind());
        }
        List<Survey.Row> rows = survey.rows();
        if (rows.isEmpty()) {
            return;
        }
        out.println();
        if (rows.size() < survey.letters()) {
            out.printf(Locale.ROOT, "the newest %,d (--limit):%n", rows.size());
        }
        out.println(String.format(Locale.ROOT, ROW, "letter", "time", "error", "id", "pipeline", "size", "retried", "reason"));
        for (Survey.Row row : rows) {
            Letter letter = row.letter();
            out.println(String.format(Locale.ROOT, ROW, letter.place(), letter.time().truncatedTo(ChronoUnit.SECONDS), letter.errNo().isPresent() ? letter.errNo().getAsInt() : "?",
                    Printable.text(letter.id().orElse("-"), ID_CHARS), Printable.text(letter.pipeline().orElse("-"), 16), letter.bytes() < 0 ? "-" : size(letter.bytes()),
                    retried(row), Printable.text(letter.reason(), REASON_CHARS)));
        }
    }

    /** What became of it, or what it became of. */
    private static String retried(Survey.Row row) {
        if (row.failedAgain().isPresent()) {
            return "failed " + row.failedAgain().get();
        }
        if (row.retried()) {
            return "yes";
        }
        return row.letter().retries() > 0 ? "is retry " + row.letter().retries() : "-";
    }

    /** @param did what was or would be done with the letters to send */
    public static void write(RetryPlan plan, String did, long count, PrintWriter out) {
        out.printf(Locale.ROOT, "retry: selected=%d %s=%d retried-before=%d left=%d%n", plan.selected(), did.replace(' ', '-'), count, plan.retriedBefore(),
                plan.left().stream().mapToLong(RetryPlan.Left::letters).sum());
        for (RetryPlan.Left left : plan.left()) {
            String examples = left.examples().stream().map(LetterPlace::toString).collect(Collectors.joining(", "));
            out.printf(Locale.ROOT, "  left %d: %s: %s%s%n", left.letters(), left.why(), examples, left.letters() > left.examples().size() ? ", …" : "");
        }
    }

    /** Bytes as people say it. */
    public static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        return bytes < 1_000_000 ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3) : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
