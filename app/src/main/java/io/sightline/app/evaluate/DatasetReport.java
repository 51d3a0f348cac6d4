package io.sightline.app.evaluate;

import io.sightline.app.evaluate.ThresholdAdvice.Scored;
import io.sightline.processors.model.GalleryIndexing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Retrieval figures of an embedder on photographs.
 *
 * @param gallery pictures searched
 * @param undetected queries embedded whole because nothing was detected in them
 * @param unreadable files left out, each with its reason
 * @param embedderMs median, one thread, preparation included
 */
public record DatasetReport(Optional<String> detector, String embedder, GalleryIndexing indexing, int gallery, List<DatasetAnswer> answers, int undetected,
        List<String> unreadable, double embedderMs) {
    private static final double FEW = 0.03;
    private static final int MOST_SHOWN = 10;

    public double recallAt1() {
        return recall(1);
    }

    public double recallAt5() {
        return recall(DatasetEvaluation.TOP);
    }

    /** Of the queries whose label the gallery has: the others can't be answered right. NaN where there are none. */
    private double recall(int top) {
        return answers.stream().filter(DatasetAnswer::answerable).mapToInt(answer -> answer.rightWithin(top) ? 1 : 0).average().orElse(Double.NaN);
    }

    private static String shown(double recall) {
        return Double.isNaN(recall) ? "none of the labels is in the gallery" : String.format(Locale.ROOT, "%.3f", recall);
    }

    private static Double orNull(double recall) {
        return Double.isNaN(recall) ? null : WorldJson.rounded(recall);
    }

    private long answerable() {
        return answers.stream().filter(DatasetAnswer::answerable).count();
    }

    private List<Scored> best() {
        return answers.stream().filter(answer -> !answer.hits().isEmpty()).map(answer -> new Scored(answer.hits().get(0).score(), answer.rightWithin(1))).toList();
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        line(text, "embedder    %s, %.2f ms a crop (median, one thread, preparation included)", embedder, embedderMs);
        line(text, "pictures    %s", indexing.detected() ? String.format(Locale.ROOT, "best detection of %s, gallery pictures widened by %.2f; %d queries whole, nothing was detected in them",
                detector.orElse("?"), indexing.widen(), undetected) : "whole");
        line(text, "gallery     %d pictures", gallery);
        line(text, "queries     %d, of which %d have a label that the gallery does not", answers.size(), answers.size() - answerable());
        line(text, "recall@1    %s", shown(recallAt1()));
        line(text, "recall@5    %s", shown(recallAt5()));
        List<Scored> best = best();
        if (!best.isEmpty()) {
            line(text, "");
            ScoreHistogram.of(best).lines().forEach(row -> line(text, "%s", row));
            line(text, "");
            line(text, "suggested threshold  %s: the most right answers kept and wrong ones turned away", advice(ThresholdAdvice.mostRight(best)));
            line(text, "for few wrong labels %s: at most %.0f %% of the queries labelled wrong", advice(ThresholdAdvice.atMostWrong(best, FEW)), 100 * FEW);
        }
        if (!unreadable.isEmpty()) {
            line(text, "");
            line(text, "%d files left out:", unreadable.size());
            unreadable.stream().limit(MOST_SHOWN).forEach(file -> line(text, "    %s", file));
            if (unreadable.size() > MOST_SHOWN) {
                line(text, "    and %d more", unreadable.size() - MOST_SHOWN);
            }
        }
        return text.toString();
    }

    private String advice(ThresholdAdvice advice) {
        return String.format(Locale.ROOT, "%.3f (%d of %d queries labelled right, %d wrong)", advice.threshold(), advice.rightKept(), answers.size(), advice.wrongKept());
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    /** For programs. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recall_at_1", orNull(recallAt1()));
        json.put("recall_at_5", orNull(recallAt5()));
        json.put("gallery", gallery);
        json.put("queries", answers.size());
        json.put("queries_not_in_gallery", answers.size() - answerable());
        List<Scored> best = best();
        if (!best.isEmpty()) {
            json.put("suggested_threshold", ThresholdAdvice.mostRight(best));
            json.put("few_wrong_threshold", ThresholdAdvice.atMostWrong(best, FEW));
            json.put("histogram", ScoreHistogram.of(best).bins());
        }
        json.put("embedder", embedder);
        json.put("embedder_ms", WorldJson.rounded(embedderMs));
        json.put("indexing", indexing.detected() ? "detected" : "whole");
        json.put("undetected", undetected);
        json.put("unreadable", unreadable);
        return json;
    }
}
