package io.sightline.app.diff;

import io.sightline.connectors.diff.Diff;
import io.sightline.connectors.diff.ResultComparison;
import io.sightline.connectors.diff.ResultJoin;
import io.sightline.connectors.diff.Tolerance;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Compares two sets of results. */
public final class DiffRun {
    /**
     * One of the sets.
     *
     * @param results that it has, repeated ones with them
     * @param repeated results that a later one with the same id replaced
     * @param others records that are no results of a recognition: answers to gallery edits, to questions after an epoch, and what is no result at all
     */
    public record Side(String name, long results, long repeated, long others) {
    }

    /** What came of it. */
    public record Outcome(Side a, Side b, Tolerance tolerance, Diff diff) {
    }

    private DiffRun() {
    }

    /**
     * @param gallery the topic of gallery edits, whose answers are results too
     * @param worst how many of each kind of difference are kept whole
     * @param temporary folder for temporary files, as large as both sets
     * @throws IllegalArgumentException where the sets have no request in common: nothing would have been compared
     */
    public static Outcome of(ResultSet a, ResultSet b, Tolerance tolerance, String gallery, int worst, Path temporary) {
        try (ResultJoin join = new ResultJoin(temporary)) {
            long othersA = read(a, gallery, join::addA);
            long othersB = read(b, gallery, join::addB);
            Diff diff = new Diff(worst);
            ResultComparison comparison = new ResultComparison(tolerance);
            join.each((left, right) -> diff.add(comparison.compare(left, right)));
            Side sideA = new Side(a.name(), join.resultsInA(), join.repeatedInA(), othersA);
            Side sideB = new Side(b.name(), join.resultsInB(), join.repeatedInB(), othersB);
            if (diff.both() == 0) {
                throw new IllegalArgumentException("diff: " + sideA.results() + " results of " + sideA.name() + " and " + sideB.results() + " of " + sideB.name()
                        + " have no request id in common (expected: two sets of results of the same requests)");
            }
            return new Outcome(sideA, sideB, tolerance, diff);
        }
    }

    private static long read(ResultSet set, String gallery, Consumer<RecognitionResult> use) {
        long[] others = {0};
        long broken = set.each(result -> {
            if (isRecognition(result, gallery)) {
                use.accept(result);
            } else {
                others[0]++;
            }
        });
        return broken + others[0];
    }

    /** Who asks whether a gallery has come to an epoch gets a result without picture and things; a vector that was looked up is a thing. */
    private static boolean isRecognition(RecognitionResult result, String gallery) {
        boolean nothing = result.getStatus() == RecognitionStatus.RECOGNISED && result.getImage() == null && result.getDetections().isEmpty();
        return !nothing && !result.getLineage().getInputTopic().equals(gallery);
    }
}
