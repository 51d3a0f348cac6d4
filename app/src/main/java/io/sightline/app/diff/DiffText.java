package io.sightline.app.diff;

import io.sightline.connectors.diff.ChangeKind;
import io.sightline.connectors.diff.Diff;
import io.sightline.connectors.diff.FailIf;
import io.sightline.connectors.diff.LineageDiff;
import io.sightline.connectors.diff.ResultChange;
import io.sightline.connectors.text.Printable;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Differences as text for a terminal. */
public final class DiffText {
    private static final int WORST_SHOWN = 5;
    private static final int RENAMES_SHOWN = 10;
    private static final int LINES_SHOWN = 3;
    private static final int MAX_CHARS = 160;

    private DiffText() {
    }

    public static void write(DiffRun.Outcome outcome, List<FailIf> conditions, PrintWriter out) {
        Diff diff = outcome.diff();
        out.println(side("A", outcome.a()));
        out.println(side("B", outcome.b()));
        out.printf(Locale.ROOT, "%,d requests on both sides, %,d of them the same%n%n", diff.both(), diff.count(ChangeKind.SAME).results());
        out.printf("%-16s %10s %9s %11s%n", "kind", "requests", "share", "things");
        for (ChangeKind kind : ChangeKind.values()) {
            Diff.Count count = diff.count(kind);
            out.printf(Locale.ROOT, "%-16s %,10d %9s %11s%n", kind.text(), count.results(), share(count.results(), diff.of(kind)), things(kind, count));
        }
        lineage(diff, out);
        renames(diff, out);
        worst(diff, out);
        if (!conditions.isEmpty()) {
            out.println();
            conditions.forEach(condition -> out.println(condition(condition, diff)));
        }
    }

    private static String side(String letter, DiffRun.Side side) {
        return letter + ": " + Printable.text(side.name(), MAX_CHARS) + String.format(Locale.ROOT, ", %,d results", side.results())
                + (side.repeated() == 0 ? "" : String.format(Locale.ROOT, ", %,d of them replaced by a later one with the same id", side.repeated()))
                + (side.others() == 0 ? "" : String.format(Locale.ROOT, ", %,d other records passed over (answers to gallery edits and the like)", side.others()));
    }

    /** Things have no errors, and are not told where a side lacks the result. */
    static String things(ChangeKind kind, Diff.Count count) {
        return kind == ChangeKind.ERROR_CHANGED || kind.oneSided() ? "-" : String.format(Locale.ROOT, "%,d", count.detections());
    }

    static String share(long count, long of) {
        return of == 0 ? "-" : String.format(Locale.ROOT, "%.2f%%", 100.0 * count / of);
    }

    static String condition(FailIf condition, Diff diff) {
        return "--fail-if " + condition.text() + ": " + (condition.holds(diff) ? "YES" : "no") + String.format(Locale.ROOT, ", %,d of %,d requests, %s", condition.count(diff), condition.of(diff),
                share(condition.count(diff), condition.of(diff)));
    }

    private static void lineage(Diff diff, PrintWriter out) {
        out.println();
        List<LineageDiff.Aspect> different = diff.lineage().different();
        out.println(different.isEmpty() ? "lineage: the same models, devices, galleries, settings and build" : "lineage:");
        for (LineageDiff.Aspect aspect : different) {
            out.printf(Locale.ROOT, "  %s differs for %,d requests%n    A: %s%n    B: %s%n", Printable.text(aspect.name(), MAX_CHARS), aspect.different(), values(aspect.a()), values(aspect.b()));
        }
        if (diff.differentWithSameLineage() > 0) {
            out.printf(Locale.ROOT, "  %,d requests differ although their lineage is the same%n", diff.differentWithSameLineage());
        }
    }

    /** Most frequent first. */
    static String values(Map<String, Long> values) {
        return values.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .map(e -> (e.getKey().isEmpty() ? "not said" : Printable.text(e.getKey(), MAX_CHARS)) + " (" + e.getValue() + ")").collect(Collectors.joining(", "));
    }

    private static void renames(Diff diff, PrintWriter out) {
        List<Diff.Rename> renames = diff.renames();
        if (renames.isEmpty()) {
            return;
        }
        out.println();
        out.println("labels that changed, most frequent first:");
        renames.stream().limit(RENAMES_SHOWN).forEach(rename -> out.printf(Locale.ROOT, "%,7d  %s → %s%n", rename.detections(), Printable.text(rename.a().toString(), 60), Printable.text(rename.b().toString(), 60)));
        if (renames.size() > RENAMES_SHOWN) {
            out.printf(Locale.ROOT, "         and %,d more pairs%n", renames.size() - RENAMES_SHOWN + (diff.otherRenames() > 0 ? 1 : 0));
        }
    }

    private static void worst(Diff diff, PrintWriter out) {
        for (ChangeKind kind : ChangeKind.values()) {
            List<ResultChange> worst = diff.worst(kind);
            if (kind == ChangeKind.SAME || worst.isEmpty()) {
                continue;
            }
            out.printf("%nworst of %s:%n", kind.text());
            for (ResultChange change : worst.subList(0, Math.min(WORST_SHOWN, worst.size()))) {
                List<String> lines = ChangeText.lines(change);
                out.println("  " + Printable.text(change.id(), MAX_CHARS));
                lines.stream().limit(LINES_SHOWN).forEach(line -> out.println("    " + Printable.text(line, MAX_CHARS)));
                if (lines.size() > LINES_SHOWN) {
                    out.println("    and " + (lines.size() - LINES_SHOWN) + " more");
                }
            }
        }
    }
}
