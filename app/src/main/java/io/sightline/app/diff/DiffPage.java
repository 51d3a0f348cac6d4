package io.sightline.app.diff;

import io.sightline.app.report.HtmlPage;
import io.sightline.app.report.Thumbnail;
import io.sightline.connectors.diff.ChangeKind;
import io.sightline.connectors.diff.Diff;
import io.sightline.connectors.diff.FailIf;
import io.sightline.connectors.diff.LineageDiff;
import io.sightline.connectors.diff.ResultChange;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Differences as a page of one file. Ids, labels and reasons are anybody's: all text is escaped. */
public final class DiffPage {
    private static final int THUMBNAIL_SIDE = 640;
    private static final int RENAMES_SHOWN = 30;
    private static final int LINES_SHOWN = 12;
    private static final int CHARS_SHOWN = 300;

    private final DiffRun.Outcome outcome;
    private final List<FailIf> conditions;
    private final Pictures pictures;
    private final Thumbnail.Maker thumbnails = new Thumbnail.Maker(RequestLimits.DEFAULT, THUMBNAIL_SIDE);
    private final Set<String> shown = new HashSet<>();
    private int withoutPicture;

    private DiffPage(DiffRun.Outcome outcome, List<FailIf> conditions, Pictures pictures) {
        this.outcome = outcome;
        this.conditions = conditions;
        this.pictures = pictures;
    }

    /** @return how many requests are shown without their picture */
    public static int write(DiffRun.Outcome outcome, List<FailIf> conditions, Pictures pictures, Path file) {
        try (HtmlPage page = HtmlPage.open(file, "What changed from A to B")) {
            DiffPage diff = new DiffPage(outcome, conditions, pictures);
            diff.write(page.html("<style>\n" + style() + "</style>\n"));
            return diff.withoutPicture;
        }
    }

    private static String style() {
        try (InputStream in = DiffPage.class.getResourceAsStream("diff.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("diff.css (expected: in the jar)", e);
        }
    }

    private void write(HtmlPage page) {
        Diff diff = outcome.diff();
        page.table(List.of("", "set", "results", "repeated ids", "other records"), List.of(side("A", outcome.a()), side("B", outcome.b())));
        page.paragraph(String.format(Locale.ROOT, "%,d requests are on both sides, %,d of them the same (%s). Tolerances: scores %s, boxes IoU %s; one thing from IoU %s.", diff.both(),
                diff.count(ChangeKind.SAME).results(), DiffText.share(diff.count(ChangeKind.SAME).results(), diff.both()), outcome.tolerance().score(), outcome.tolerance().boxIou(),
                outcome.tolerance().pairIou()));
        counts(page);
        if (!conditions.isEmpty()) {
            page.heading("Conditions");
            for (FailIf condition : conditions) {
                page.html(condition.holds(diff) ? "<p class=\"bad\">" : "<p class=\"good\">").text(DiffText.condition(condition, diff)).html("</p>\n");
            }
        }
        lineage(page);
        renames(page);
        for (ChangeKind kind : ChangeKind.values()) {
            if (!diff.worst(kind).isEmpty()) {
                worst(kind, page);
            }
        }
    }

    private static List<String> side(String letter, DiffRun.Side side) {
        return List.of(letter, side.name(), number(side.results()), number(side.repeated()), number(side.others()));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void counts(HtmlPage page) {
        Diff diff = outcome.diff();
        List<List<String>> rows = new ArrayList<>();
        for (ChangeKind kind : ChangeKind.values()) {
            Diff.Count count = diff.count(kind);
            rows.add(List.of(kind.text(), number(count.results()), DiffText.share(count.results(), diff.of(kind)), DiffText.things(kind, count)));
        }
        page.heading("Counts").table(List.of("kind", "requests", "share", "things"), rows);
        page.paragraph("A request counts under each kind that it shows.");
    }

    private void lineage(HtmlPage page) {
        Diff diff = outcome.diff();
        page.heading("Lineage");
        List<LineageDiff.Aspect> different = diff.lineage().different();
        if (different.isEmpty()) {
            page.paragraph("The same models, devices, galleries, settings and build on both sides.");
        } else {
            page.table(List.of("what", "differs for", "A", "B"), different.stream()
                    .map(aspect -> List.of(aspect.name(), number(aspect.different()), DiffText.values(aspect.a()), DiffText.values(aspect.b()))).toList());
        }
        if (diff.differentWithSameLineage() > 0) {
            page.html("<p class=\"bad\">").text(number(diff.differentWithSameLineage()) + " requests differ although their lineage is the same.").html("</p>\n");
        }
    }

    private void renames(HtmlPage page) {
        List<Diff.Rename> renames = outcome.diff().renames();
        if (!renames.isEmpty()) {
            page.heading("Labels that changed").table(List.of("things", "A", "B"), renames.stream().limit(RENAMES_SHOWN)
                    .map(rename -> List.of(number(rename.detections()), cut(rename.a().toString()), cut(rename.b().toString()))).toList());
            if (renames.size() > RENAMES_SHOWN) {
                page.paragraph("And " + number(renames.size() - RENAMES_SHOWN) + " more pairs. [class]: nothing matched, it is the detector's class.");
            } else {
                page.paragraph("[class]: nothing matched, it is the detector's class.");
            }
        }
    }

    private void worst(ChangeKind kind, HtmlPage page) {
        List<ResultChange> worst = outcome.diff().worst(kind);
        List<ResultChange> fresh = worst.stream().filter(change -> shown.add(change.id())).toList();
        page.heading(kind.text() + ", the worst " + number(worst.size()) + " of " + number(outcome.diff().count(kind).results()));
        if (!fresh.isEmpty()) {
            page.html("<p><span class=\"key a\">A</span> <span class=\"key b\">B</span></p>\n<div class=\"pairs\">\n");
            fresh.forEach(change -> figure(change, page));
            page.html("</div>\n");
        }
        List<String> above = worst.stream().filter(change -> !fresh.contains(change)).map(change -> cut(change.id())).toList();
        if (!above.isEmpty()) {
            page.paragraph("Shown above: " + String.join(", ", above));
        }
    }

    private void figure(ResultChange change, HtmlPage page) {
        Optional<Thumbnail> thumbnail = pictures.of(change).flatMap(this::thumbnail);
        withoutPicture += thumbnail.isPresent() ? 0 : 1;
        page.html("<figure>").html(PairPicture.markup(change, thumbnail).orElse("<div class=\"none\">no picture, no boxes</div>\n"));
        page.html("<figcaption><strong>").text(cut(change.id())).html("</strong> ").text(String.join(", ", change.kinds().stream().map(ChangeKind::text).toList())).html("<ul>");
        List<String> lines = ChangeText.lines(change);
        lines.stream().limit(LINES_SHOWN).forEach(line -> page.html("<li>").text(cut(line)).html("</li>"));
        if (lines.size() > LINES_SHOWN) {
            page.html("<li>").text("and " + (lines.size() - LINES_SHOWN) + " more").html("</li>");
        }
        page.html("</ul></figcaption></figure>\n");
    }

    private Optional<Thumbnail> thumbnail(byte[] file) {
        try {
            return Optional.of(thumbnails.of(file));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String cut(String text) {
        return text.length() <= CHARS_SHOWN ? text : text.substring(0, CHARS_SHOWN) + "…";
    }
}
