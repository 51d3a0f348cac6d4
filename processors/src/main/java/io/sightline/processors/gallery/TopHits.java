package io.sightline.processors.gallery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** The best k entries seen so far for one query. Used by one thread. */
final class TopHits {
    /** Best first: higher score, then smaller id. */
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble(Candidate::score).reversed().thenComparing(candidate -> candidate.entry().id());

    private record Candidate(StoredEntry entry, float score) {
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int k;
    private final double threshold;
    private final Optional<AttributeFilter> filter;
    private final boolean distinctLabels;
    private final PriorityQueue<Candidate> worstFirst;
    private float floor;

    TopHits(GalleryQuery query) {
        this.k = query.topK();
        this.threshold = query.threshold();
        this.filter = query.filter();
        this.distinctLabels = query.distinctLabels();
        this.worstFirst = new PriorityQueue<>(Math.min(k, 64) + 1, BEST_FIRST.reversed());
        this.floor = (float) Math.max(-Float.MAX_VALUE, threshold);
    }

    /** Scores below this can't be among the best. */
    float floor() {
        return floor;
    }

    void offer(StoredEntry entry, float score) {
        if (!(score >= threshold) || filter.isPresent() && !matches(entry)) {
            return;
        }
        Candidate candidate = new Candidate(entry, score);
        if (distinctLabels && !replacesSameLabel(candidate)) {
            return;
        }
        if (worstFirst.size() == k) {
            if (BEST_FIRST.compare(candidate, worstFirst.peek()) >= 0) {
                return;
            }
            worstFirst.poll();
        }
        worstFirst.add(candidate);
        if (worstFirst.size() == k) {
            floor = worstFirst.peek().score();
        }
    }

    private boolean matches(StoredEntry entry) {
        try {
            return filter.get().matches(JSON.readTree(entry.attributes()));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** True where no candidate has that label, or only a worse one had, which is taken out. */
    private boolean replacesSameLabel(Candidate candidate) {
        for (Candidate known : worstFirst) {
            if (known.entry().label().equals(candidate.entry().label())) {
                if (BEST_FIRST.compare(candidate, known) >= 0) {
                    return false;
                }
                worstFirst.remove(known);
                return true;
            }
        }
        return true;
    }

    List<GallerySearch.Hit> bestFirst() {
        List<Candidate> sorted = new ArrayList<>(worstFirst);
        sorted.sort(BEST_FIRST);
        return sorted.stream()
                .map(c -> new GallerySearch.Hit(c.entry().id(), c.entry().label(), c.entry().attributes(), Math.max(-1, Math.min(1, c.score()))))
                .toList();
    }
}
