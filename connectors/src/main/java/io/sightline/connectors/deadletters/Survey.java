package io.sightline.connectors.deadletters;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What is among some dead letters: how many for which reason, and the newest ones. Holds 12 bytes a letter, the newest ones without their
 * bytes, and at most {@link #MAX_REASONS} reasons. For one thread.
 */
public final class Survey {
    /** What comes behind is counted together. */
    public static final int MAX_REASONS = 500;
    static final String OTHER_REASONS = "other reasons";

    /** Letters with one kind of reason. */
    public record Reason(int errNo, String kind, long letters, long retried) {
    }

    /**
     * A letter, and what became of it.
     *
     * @param retried it has been sent again
     * @param failedAgain the letter that came of that
     */
    public record Row(Letter letter, boolean retried, Optional<LetterPlace> failedAgain) {
    }

    private record Kind(int errNo, String text) {
    }

    private static final class Count {
        private long letters;
        private long retried;
    }

    private final int maxRows;
    private final LetterIndex index = new LetterIndex();
    private final Map<Kind, Integer> numbers = new LinkedHashMap<>();
    private final Map<Integer, Count> counts = new HashMap<>();
    private final Map<LetterPlace, LetterPlace> failedAgain = new HashMap<>();
    private final PriorityQueue<Letter> newest = new PriorityQueue<>(Comparator.comparing(Letter::time).thenComparing(Letter::place));

    /** @param maxRows of how many letters more than a count is kept */
    Survey(int maxRows) {
        this.maxRows = maxRows;
    }

    void add(Letter letter) {
        Kind kind = new Kind(letter.errNo().orElse(-1), ReasonKind.of(letter.reason()));
        int number = numbers.computeIfAbsent(numbers.size() < MAX_REASONS || numbers.containsKey(kind) ? kind : new Kind(-1, OTHER_REASONS), k -> numbers.size());
        counts.computeIfAbsent(number, n -> new Count()).letters++;
        index.add(letter.place(), number);
        newest.add(letter);
        if (newest.size() > maxRows) {
            newest.remove();
        }
    }

    /** Any letter's, whether it is among those surveyed or not. */
    void failedAgain(LetterPlace first, LetterPlace again) {
        failedAgain.put(first, again);
    }

    void retried(LetterPlace place) {
        int number = index.retried(place);
        if (number >= 0) {
            counts.get(number).retried++;
        }
    }

    public long letters() {
        return index.size();
    }

    public long retried() {
        return index.countRetried();
    }

    /** Most letters first. */
    public List<Reason> reasons() {
        return numbers.entrySet().stream().map(e -> new Reason(e.getKey().errNo(), e.getKey().text(), counts.get(e.getValue()).letters, counts.get(e.getValue()).retried))
                .sorted(Comparator.comparingLong(Reason::letters).reversed().thenComparing(Reason::errNo).thenComparing(Reason::kind)).toList();
    }

    /** Newest first. */
    public List<Row> rows() {
        return newest.stream().sorted(newest.comparator().reversed())
                .map(letter -> new Row(letter, index.isRetried(letter.place()), Optional.ofNullable(failedAgain.get(letter.place())))).toList();
    }
}
