package io.sightline.app.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A threshold for the scores of best matches, and what it would do to those it was chosen from.
 *
 * @param threshold smallest score of an accepted match, three digits
 * @param rightKept right matches accepted
 * @param wrongKept wrong matches accepted
 */
record ThresholdAdvice(double threshold, int rightKept, int wrongKept) {
    private static final double DIGITS = 1000;

    /** @param right whether the best match has the query's label */
    record Scored(double score, boolean right) {
    }

    /** Most right decisions: right matches accepted, wrong ones turned away. Of equally good ones the lowest. */
    static ThresholdAdvice mostRight(List<Scored> answers) {
        return candidates(answers).stream().max(Comparator.<ThresholdAdvice>comparingInt(c -> c.rightKept() - c.wrongKept())
                .thenComparing(ThresholdAdvice::threshold, Comparator.reverseOrder())).orElseThrow();
    }

    /** The lowest at which at most {@code share} of all queries get a wrong label. */
    static ThresholdAdvice atMostWrong(List<Scored> answers, double share) {
        return candidates(answers).stream().filter(c -> c.wrongKept() <= share * answers.size())
                .min(Comparator.comparingDouble(ThresholdAdvice::threshold)).orElseThrow();
    }

    /** Halfway between neighbouring scores, and one above and below all of them. */
    private static List<ThresholdAdvice> candidates(List<Scored> answers) {
        if (answers.isEmpty()) {
            throw new IllegalArgumentException("answers: none (expected: at least one query to choose a threshold from)");
        }
        double[] scores = answers.stream().mapToDouble(Scored::score).sorted().distinct().toArray();
        List<ThresholdAdvice> candidates = new ArrayList<>();
        candidates.add(at(answers, Math.floor(scores[0] * DIGITS) / DIGITS));
        for (int i = 1; i < scores.length; i++) {
            candidates.add(at(answers, Math.round((scores[i - 1] + scores[i]) / 2 * DIGITS) / DIGITS));
        }
        candidates.add(at(answers, (Math.floor(scores[scores.length - 1] * DIGITS) + 1) / DIGITS));
        return candidates;
    }

    private static ThresholdAdvice at(List<Scored> answers, double threshold) {
        int right = 0;
        int wrong = 0;
        for (Scored answer : answers) {
            if (answer.score() >= threshold) {
                right += answer.right() ? 1 : 0;
                wrong += answer.right() ? 0 : 1;
            }
        }
        return new ThresholdAdvice(threshold, right, wrong);
    }
}
