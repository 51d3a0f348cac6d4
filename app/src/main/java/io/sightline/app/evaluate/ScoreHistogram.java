package io.sightline.app.evaluate;

import io.sightline.app.evaluate.ThresholdAdvice.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the scores of right and wrong best matches lie, in steps of 0.05. */
record ScoreHistogram(List<Bin> bins) {
    private static final int BINS_PER_ONE = 20;
    private static final int BAR = 30;

    /** Scores from {@code from} to below {@code to}; 1 itself is in the last bin. */
    record Bin(double from, double to, int right, int wrong) {
    }

    static ScoreHistogram of(List<Scored> answers) {
        List<Bin> bins = new ArrayList<>();
        int low = answers.stream().mapToInt(a -> bin(a.score())).min().orElse(0);
        int high = answers.stream().mapToInt(a -> bin(a.score())).max().orElse(-1);
        for (int bin = low; bin <= high; bin++) {
            int number = bin;
            List<Scored> inside = answers.stream().filter(a -> bin(a.score()) == number).toList();
            int right = (int) inside.stream().filter(Scored::right).count();
            bins.add(new Bin((double) bin / BINS_PER_ONE, (bin + 1.0) / BINS_PER_ONE, right, inside.size() - right));
        }
        return new ScoreHistogram(List.copyOf(bins));
    }

    private static int bin(double score) {
        return Math.min(BINS_PER_ONE - 1, (int) Math.floor(score * BINS_PER_ONE));
    }

    List<String> lines() {
        int most = Math.max(1, bins.stream().mapToInt(bin -> Math.max(bin.right(), bin.wrong())).max().orElse(1));
        List<String> lines = new ArrayList<>();
        lines.add(String.format("score          right %" + (BAR - 1) + "s wrong", ""));
        for (Bin bin : bins) {
            lines.add(String.format(Locale.ROOT, "%5.2f..%5.2f  %6d %-" + BAR + "s%5d %s", bin.from(), bin.to(), bin.right(), bar(bin.right(), most), bin.wrong(), bar(bin.wrong(), most)).stripTrailing());
        }
        return lines;
    }

    private static String bar(int count, int most) {
        return "#".repeat((int) Math.ceil((double) count * (BAR - 2) / most));
    }
}
