package io.sightline.connectors.replay;

import io.sightline.connectors.replay.ReplayReport.Confusion;
import io.sightline.connectors.replay.ReplayReport.Percentiles;
import io.sightline.connectors.results.RankedLabels;
import io.sightline.connectors.results.RankedLabels.Ranked;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Sums over results. What it keeps is bounded. Used by one thread. */
public final class ReplaySummary {
    private static final int TOP = 5;
    private static final int DIGITS = 3;
    private static final double MICROS = 1000;
    private static final int MAX_PAIRS = 10_000;
    private static final int PAIRS_SHOWN = 20;
    private final Histogram prediction = new Histogram(DIGITS);
    private final Histogram underWay = new Histogram(DIGITS);
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<Confusion.Pair, Long> wrong = new HashMap<>();
    private long results;
    private long recognised;
    private long rejected;
    private long failed;
    private long unreadable;
    private double predictionMs;
    private double top1;
    private long labelled;
    private long rightAt1;
    private long rightAt5;

    /** The label that a picture's dataset gives it is the attribute {@code label}. */
    public void add(RecognitionResult result) {
        results++;
        boolean unsent = isUnsent(result);
        switch (result.getStatus()) {
            case RECOGNISED -> recognised++;
            case REJECTED -> rejected += unsent ? 0 : 1;
            case FAILED -> failed++;
        }
        if (unsent) {
            unreadable++;
            return;
        }
        if (result.getStatus() != RecognitionStatus.RECOGNISED) {
            errors.merge(result.getErrNo() + " " + ErrorCode.of(result.getErrNo()).name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        }
        Double total = result.getTimingsMs().get("total");
        if (total != null && Double.isFinite(total)) {
            predictionMs += total;
            prediction.recordValue(Math.max(0, Math.round(total * MICROS)));
        }
        List<Ranked> ranked = RankedLabels.of(result);
        top1 += ranked.isEmpty() ? 0 : ranked.get(0).score();
        String label = result.getAttributes().get("label");
        if (label != null) {
            score(label, ranked);
        }
    }

    /** Whether a result stands for a picture that was not sent. */
    public static boolean isUnsent(RecognitionResult result) {
        return result.getStatus() == RecognitionStatus.REJECTED && result.getLineage().getInputOffset() < 0 && result.getLineage().getBuild().isEmpty();
    }

    private void score(String label, List<Ranked> ranked) {
        labelled++;
        boolean right = !ranked.isEmpty() && ranked.get(0).label().equals(label);
        rightAt1 += right ? 1 : 0;
        rightAt5 += ranked.stream().limit(TOP).anyMatch(answer -> answer.label().equals(label)) ? 1 : 0;
        Confusion.Pair pair = new Confusion.Pair(label, ranked.isEmpty() ? "" : ranked.get(0).label());
        if (!right && (wrong.size() < MAX_PAIRS || wrong.containsKey(pair))) {
            wrong.merge(pair, 1L, Long::sum);
        }
    }

    /** A request's way there and back. */
    void underWay(long ns) {
        underWay.recordValue(Math.max(0, ns / 1000));
    }

    /** What it comes to. */
    ReplayReport report(ReplayReport.Run run) {
        long predicted = prediction.getTotalCount();
        long sent = results - unreadable;
        return new ReplayReport(run, results, recognised, rejected, failed, unreadable, predicted == 0 ? Double.NaN : predictionMs / predicted, sent == 0 ? Double.NaN : top1 / sent,
                percentiles(prediction), percentiles(underWay), new TreeMap<>(errors), labelled, labelled == 0 ? Double.NaN : (double) rightAt1 / labelled,
                labelled == 0 ? Double.NaN : (double) rightAt5 / labelled, confusions());
    }

    private static Percentiles percentiles(Histogram times) {
        return times.getTotalCount() == 0 ? Percentiles.NONE : new Percentiles(times.getValueAtPercentile(50) / MICROS, times.getValueAtPercentile(90) / MICROS,
                times.getValueAtPercentile(95) / MICROS, times.getValueAtPercentile(99) / MICROS, times.getMaxValue() / MICROS);
    }

    private List<Confusion> confusions() {
        return wrong.entrySet().stream().map(pair -> new Confusion(pair.getKey(), pair.getValue()))
                .sorted(Comparator.comparingLong(Confusion::count).reversed().thenComparing(c -> c.pair().label()).thenComparing(c -> c.pair().answer())).limit(PAIRS_SHOWN).toList();
    }
}
