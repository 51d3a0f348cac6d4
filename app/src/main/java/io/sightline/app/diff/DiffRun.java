package io.sightline.app.diff;

import io.sightline.connectors.diff.Diff;
import io.sightline.connectors.diff.ResultComparison;
import io.sightline.connectors.diff.ResultJoin;
import io.sightline.connectors.diff.Tolerance;
import java.nio.file.Path;

/** Compares two sets of results. */
public final class DiffRun {
    /**
     * One of the sets.
     *
     * @param results that it has, repeated ones with them
     * @param repeated results that a later one with the same id replaced
     * @param others records that are no results
     */
    public record Side(String name, long results, long repeated, long others) {
    }

    /** What came of it. */
    public record Outcome(Side a, Side b, Tolerance tolerance, Diff diff) {
    }

    private DiffRun() {
    }

    /**
     * @param worst how many of each kind of difference are kept whole
     * @param temporary folder for temporary files, as large as both sets
     * @throws IllegalArgumentException where the sets have no request in common: nothing would have been compared
     */
    public static Outcome of(ResultSet a, ResultSet b, Tolerance tolerance, int worst, Path temporary) {
        try (ResultJoin join = new ResultJoin(temporary)) {
            long othersA = a.each(join::addA);
            long othersB = b.each(join::addB);
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
}
