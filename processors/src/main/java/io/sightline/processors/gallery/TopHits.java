package io.sightline.processors.gallery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/** The best k entries seen so far for one query. Used by one thread. */
final class TopHits {
    /** Best first: higher score, then smaller id. */
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble(Candidate::score).reversed().thenComparing(candidate -> candidate.entry().id());

    private record Candidate(StoredEntry entry, float score) {
    }

    private final int k;
    private final double threshold;
    private final Optional<AttributeFilter> filter;
    /** By label, the candidates that are in the queue; null where labels may come again. */
    private final Map<String, Candidate> byLabel;
    private final PriorityQueue<Candidate> worstFirst;
    private float floor;

    TopHits(GalleryQuery query) {
        this.k = query.topK();
        this.threshold = query.threshold();
        this.filter = query.filter();
        this.byLabel = query.distinctLabels() ? new HashMap<>() : null;
        this.worstFirst = new PriorityQueue<>(Math.min(k, 64) + 1, BEST_FIRST.reversed());
        this.floor = (float) Math.max(-Float.MAX_VALUE, PublishedScore.least(threshold));
    }

    /** Scores below this can't be among the best. */
    float floor() {
        return floor;
    }

    boolean isFull() {
        return worstFirst.size() == k;
    }

    /** Scores the entry exactly, but the filter comes first: while it leaves fewer than k, every entry of the gallery gets here. */
    void offer(StoredEntry entry, float[] query) {
        if (filter.isEmpty() || entry.matches(filter.get())) {
            add(entry, entry.score(query));
        }
    }

    void offer(StoredEntry entry, float score) {
        if (filter.isEmpty() || entry.matches(filter.get())) {
            add(entry, score);
        }
    }

    private void add(StoredEntry entry, float score) {
        if (!(score >= floor && PublishedScore.reaches(score, threshold))) {
            return;
        }
        Candidate candidate = new Candidate(entry, score);
        if (isFull() && BEST_FIRST.compare(candidate, worstFirst.peek()) >= 0) {
            return;
        }
        if (byLabel != null && !replacesSameLabel(candidate)) {
            return;
        }
        if (isFull()) {
            drop(worstFirst.poll());
        }
        worstFirst.add(candidate);
        if (isFull()) {
            floor = worstFirst.peek().score();
        }
    }

    /** True where no candidate has that label, or only a worse one had, which is taken out. */
    private boolean replacesSameLabel(Candidate candidate) {
        Candidate known = byLabel.get(candidate.entry().label());
        if (known != null && BEST_FIRST.compare(candidate, known) >= 0) {
            return false;
        }
        if (known != null) {
            worstFirst.remove(known);
        }
        byLabel.put(candidate.entry().label(), candidate);
        return true;
    }

    private void drop(Candidate dropped) {
        if (byLabel != null) {
            byLabel.remove(dropped.entry().label());
        }
    }

    List<GallerySearch.Hit> bestFirst() {
        List<Candidate> sorted = new ArrayList<>(worstFirst);
        sorted.sort(BEST_FIRST);
        return sorted.stream()
                .map(c -> new GallerySearch.Hit(c.entry().id(), c.entry().label(), c.entry().attributes(), Math.max(-1, Math.min(1, c.score()))))
                .toList();
    }
}
