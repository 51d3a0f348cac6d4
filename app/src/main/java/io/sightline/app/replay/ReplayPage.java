package io.sightline.app.replay;

import io.sightline.app.replay.WorthSeeing.Seen;
import io.sightline.app.report.BoxedPicture;
import io.sightline.app.report.BoxedPicture.Box;
import io.sightline.app.report.BoxedPicture.Kind;
import io.sightline.app.report.HtmlPage;
import io.sightline.app.report.Thumbnail;
import io.sightline.connectors.dataset.DatasetItem;
import io.sightline.connectors.replay.ReplayReport;
import io.sightline.connectors.replay.RequestIds;
import io.sightline.connectors.results.RankedLabels;
import io.sightline.connectors.results.RankedLabels.Ranked;
import io.sightline.connectors.results.ResultFiles;
import io.sightline.connectors.results.ResultReader;
import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A replay's results as a page of one file: the figures, and the pictures most worth a look with their boxes. */
public final class ReplayPage {
    private static final int THUMBNAIL_SIDE = 480;
    private final ReplayReport report;
    private final List<DatasetItem> items;
    private final int limit;
    private final Thumbnail.Maker thumbnails;

    /**
     * @param items of the dataset; the pictures are read again
     * @param limit most pictures on the page
     */
    public ReplayPage(ReplayReport report, List<DatasetItem> items, RequestLimits limits, int limit) {
        this.report = report;
        this.items = items;
        this.limit = limit;
        this.thumbnails = new Thumbnail.Maker(limits, THUMBNAIL_SIDE);
    }

    /** @param results JSON lines or Avro */
    public void write(Path results, Path page) {
        WorthSeeing worth = new WorthSeeing(limit);
        try (ResultReader reader = ResultFiles.reader(results)) {
            reader.forEachRemaining(worth::add);
        }
        List<Seen> seen = worth.all();
        try (HtmlPage html = HtmlPage.open(page, "Replay " + report.run().name())) {
            html.table(List.of(), figures());
            confusions(html);
            html.heading(seen.size() + " of " + report.results() + " pictures");
            html.paragraph("Errors first, then answers that are not the picture's label, the surest first, then the lowest scores.");
            html.html("<div class=\"pictures\">\n");
            RequestIds ids = new RequestIds(report.run().name());
            for (Seen one : seen) {
                figure(html, one.result(), ids.item(one.result().getRequestId()));
            }
            html.html("</div>\n");
        }
    }

    private List<List<String>> figures() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("pictures", Long.toString(report.results())));
        rows.add(List.of("recognised", Long.toString(report.recognised())));
        rows.add(List.of("rejected", Long.toString(report.rejected())));
        rows.add(List.of("failed", Long.toString(report.failed())));
        rows.add(List.of("unreadable", Long.toString(report.unreadable())));
        report.errors().forEach((kind, count) -> rows.add(List.of("error " + kind, Long.toString(count))));
        if (report.run().now() > 0) {
            rows.add(List.of("images a second", String.format(Locale.ROOT, "%.1f", report.run().rate())));
        }
        if (!Double.isNaN(report.predictionMs())) {
            rows.add(List.of("prediction, ms", String.format(Locale.ROOT, "%.1f mean, %.1f p50, %.1f p99", report.predictionMs(), report.prediction().p50(), report.prediction().p99())));
        }
        if (!Double.isNaN(report.top1())) {
            rows.add(List.of("top-1 score", String.format(Locale.ROOT, "%.3f mean", report.top1())));
        }
        if (report.labelled() > 0) {
            rows.add(List.of("recall@1", String.format(Locale.ROOT, "%.3f of %d with a label", report.recallAt1(), report.labelled())));
            rows.add(List.of("recall@5", String.format(Locale.ROOT, "%.3f", report.recallAt5())));
        }
        return rows;
    }

    private void confusions(HtmlPage html) {
        if (!report.confusions().isEmpty()) {
            html.heading("Labels taken for others");
            html.table(List.of("label", "answer", "pictures"), report.confusions().stream()
                    .map(wrong -> List.of(wrong.pair().label(), wrong.pair().answer().isEmpty() ? "(no answer)" : wrong.pair().answer(), Long.toString(wrong.count()))).toList());
        }
    }

    private void figure(HtmlPage html, RecognitionResult result, int item) {
        String path = result.getAttributes().getOrDefault("path", result.getRequestId());
        html.html("<figure>\n");
        try {
            if (item < 0 || item >= items.size()) {
                throw new IllegalArgumentException("no picture of this dataset");
            }
            Thumbnail thumbnail = thumbnails.of(items.get(item).picture().read(RequestLimits.DEFAULT.maxImageBytes()));
            html.html(BoxedPicture.markup(thumbnail, boxes(result), path));
        } catch (IOException | IllegalArgumentException e) {
            html.html("<div class=\"none\">").text("no picture: " + e.getMessage()).html("</div>\n");
        }
        html.html("<figcaption><strong>").text(path).html("</strong><br>");
        caption(html, result);
        html.html("</figcaption>\n</figure>\n");
    }

    private static void caption(HtmlPage html, RecognitionResult result) {
        String label = result.getAttributes().get("label");
        if (result.getStatus() != RecognitionStatus.RECOGNISED) {
            html.html("<span class=\"bad\">").text(result.getStatus().name().toLowerCase(Locale.ROOT) + " " + result.getErrNo() + ": " + result.getErrMsg()).html("</span>");
            return;
        }
        List<Ranked> ranked = RankedLabels.of(result);
        String answer = ranked.isEmpty() ? "no answer" : ranked.stream().limit(3).map(r -> String.format(Locale.ROOT, "%s %.2f", r.label(), r.score())).collect(Collectors.joining(", "));
        boolean wrong = label != null && (ranked.isEmpty() || !ranked.get(0).label().equals(label));
        html.html(label == null ? "<span>" : wrong ? "<span class=\"bad\">" : "<span class=\"good\">").text(answer).html("</span>");
        if (wrong) {
            html.text("; it is " + label);
        }
    }

    private static List<Box> boxes(RecognitionResult result) {
        String label = result.getAttributes().get("label");
        List<Box> boxes = new ArrayList<>();
        for (Detection detection : result.getDetections()) {
            if (detection.getBbox().size() == 4) {
                String answer = !detection.getMatches().isEmpty() ? detection.getMatches().get(0).getLabel() : !detection.getClasses().isEmpty() ? detection.getClasses().get(0).getLabel() : null;
                double score = !detection.getMatches().isEmpty() ? detection.getMatches().get(0).getScore() : !detection.getClasses().isEmpty() ? detection.getClasses().get(0).getScore() : detection.getScore();
                Kind kind = answer == null ? Kind.UNKNOWN : label == null || label.equals(answer) ? Kind.KNOWN : Kind.WRONG;
                boxes.add(new Box(detection.getBbox(), String.format(Locale.ROOT, "%s %.2f", answer == null ? "?" : answer, score), kind));
            }
        }
        return boxes;
    }
}
