package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.PublishedScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries that the server named for one vector, best first: higher score, then smaller id.
 *
 * @param floor all entries above this score are among them; negative infinity: there are no others above the threshold
 */
record Candidates(List<Candidate> best, double floor) {
    record Candidate(String id, double score) {
    }

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(Candidate::score).reversed().thenComparing(Candidate::id);

    /**
     * @param alternatives for each alternative of the filter (one where there is none) ids and cosines, any order
     * @param asked how many were asked for: fewer are all there are
     */
    static Candidates of(List<Map<String, Double>> alternatives, int asked, GalleryQuery query) {
        Map<String, Double> merged = new HashMap<>();
        double floor = Double.NEGATIVE_INFINITY;
        for (Map<String, Double> alternative : alternatives) {
            merged.putAll(alternative);
            double worst = alternative.values().stream().mapToDouble(Double::doubleValue).min().orElse(Double.NEGATIVE_INFINITY);
            if (alternative.size() >= asked && PublishedScore.reaches(worst, query.threshold())) {
                floor = Math.max(floor, worst);
            }
        }
        List<Candidate> best = new ArrayList<>();
        merged.forEach((id, score) -> {
            if (PublishedScore.reaches(score, query.threshold())) {
                best.add(new Candidate(id, score));
            }
        });
        best.sort(BEST_FIRST);
        return new Candidates(best, floor);
    }

    /** True where no entry that was not named can be among the first k of a list that ends its k-th place with this score. */
    boolean settles(int accepted, int k, double lastScore) {
        return floor == Double.NEGATIVE_INFINITY || accepted >= k && lastScore > floor;
    }
}
