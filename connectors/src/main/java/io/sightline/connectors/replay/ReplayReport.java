package io.sightline.connectors.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a replay came to.
 *
 * @param run what it was
 * @param results that the figures are of
 * @param recognised results of pictures that were processed
 * @param rejected by the worker: the pictures were at fault
 * @param failed the service was at fault
 * @param unreadable pictures that were not sent; they are no part of the figures below
 * @param predictionMs mean time a worker took for a picture, milliseconds; NaN: none says
 * @param top1 mean score of the best label, 0 where there is none; NaN: nothing was sent
 * @param prediction that time's percentiles
 * @param underWay from sending to result, of this life's requests
 * @param errors results that are none, by number and kind
 * @param labelled pictures with a label that were sent
 * @param recallAt1 share of these whose best label is that one; NaN: there are none
 * @param recallAt5 share of these with that label among the best five
 * @param confusions labels most often taken for others
 */
public record ReplayReport(Run run, long results, long recognised, long rejected, long failed, long unreadable, double predictionMs, double top1, Percentiles prediction,
        Percentiles underWay, Map<String, Long> errors, long labelled, double recallAt1, double recallAt5, List<Confusion> confusions) {
    /**
     * One life of a run.
     *
     * @param total pictures
     * @param earlier results that were in the file before
     * @param now results of this life
     * @param seconds from its first request to its last result
     */
    public record Run(String name, long total, long earlier, long now, double seconds) {
        /** Results a second. */
        public double rate() {
            return seconds > 0 ? now / seconds : 0;
        }
    }

    /** Milliseconds; NaN: of nothing. */
    public record Percentiles(double p50, double p90, double p95, double p99, double max) {
        static final Percentiles NONE = new Percentiles(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

        private String text() {
            return String.format(Locale.ROOT, "p50 %.1f, p90 %.1f, p95 %.1f, p99 %.1f, max %.1f ms", p50, p90, p95, p99, max);
        }
    }

    /** A wrong answer, and how often it was given. */
    public record Confusion(Pair pair, long count) {
        /** @param answer empty: none was given */
        public record Pair(String label, String answer) {
        }
    }

    /** For people. The first three lines are those of PaddleClas's test_hubserving.py. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!Double.isNaN(predictionMs)) {
            add(lines, "The average time of prediction cost: %.3f s/image", predictionMs / 1000);
        }
        if (run.now() > 0) {
            add(lines, "The average time cost: %.3f s/image", run.seconds() / run.now());
        }
        if (!Double.isNaN(top1)) {
            add(lines, "The average top-1 score: %.3f", top1);
        }
        add(lines, "");
        add(lines, "results      %d: %d recognised, %d rejected, %d failed, %d unreadable%s", results, recognised, rejected, failed, unreadable,
                results < run.earlier() + run.now() ? "; those of earlier lives can't be read back from CSV and are not counted" : "");
        if (run.now() > 0) {
            add(lines, "throughput   %.1f images/s, %d in %.1f s%s", run.rate(), run.now(), run.seconds(), run.earlier() > 0 ? ", " + run.earlier() + " more were done before" : "");
        }
        if (!Double.isNaN(prediction.p50())) {
            add(lines, "prediction   %s", prediction.text());
        }
        if (!Double.isNaN(underWay.p50())) {
            add(lines, "under way    %s, from sending to result, waiting included", underWay.text());
        }
        errors.forEach((kind, count) -> add(lines, "error        %s: %d", kind, count));
        if (labelled > 0) {
            add(lines, "recall@1     %.3f of %d pictures with a label", recallAt1, labelled);
            add(lines, "recall@5     %.3f", recallAt5);
            confusions.forEach(wrong -> add(lines, "taken for    %d x  %s -> %s", wrong.count(), plain(wrong.pair().label()), wrong.pair().answer().isEmpty() ? "(no answer)" : plain(wrong.pair().answer())));
        }
        return lines;
    }

    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static void add(List<String> lines, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }
}
