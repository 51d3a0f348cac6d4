package io.sightline.app.replay;

import io.sightline.connectors.results.RankedLabels;
import io.sightline.connectors.results.RankedLabels.Ranked;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The results most worth a look, however many there are: at most a quarter errors, the first ones; at most half answers that are not the
 * picture's label, the surest first; the rest those with the lowest score. Used by one thread.
 */
final class WorthSeeing {
    /** @param top1 score of the best label; 0: there is none */
    record Seen(RecognitionResult result, double top1, long number) {
    }

    private static final Comparator<Seen> SUREST = Comparator.comparingDouble(Seen::top1).reversed().thenComparingLong(Seen::number);
    private static final Comparator<Seen> LEAST_SURE = Comparator.comparingDouble(Seen::top1).thenComparingLong(Seen::number);
    private final int limit;
    private final List<Seen> errors = new ArrayList<>();
    private final PriorityQueue<Seen> wrong = new PriorityQueue<>(SUREST.reversed());
    private final PriorityQueue<Seen> others = new PriorityQueue<>(LEAST_SURE.reversed());
    private long number;

    WorthSeeing(int limit) {
        this.limit = limit;
    }

    void add(RecognitionResult result) {
        List<Ranked> ranked = RankedLabels.of(result);
        Seen seen = new Seen(result, ranked.isEmpty() ? 0 : ranked.get(0).score(), number++);
        String label = result.getAttributes().get("label");
        if (result.getStatus() != RecognitionStatus.RECOGNISED) {
            if (errors.size() < Math.max(1, limit / 4)) {
                errors.add(seen);
            }
        } else if (label != null && (ranked.isEmpty() || !ranked.get(0).label().equals(label))) {
            keep(wrong, seen, Math.max(1, limit / 2));
        } else {
            keep(others, seen, limit);
        }
    }

    private static void keep(PriorityQueue<Seen> queue, Seen seen, int most) {
        queue.add(seen);
        if (queue.size() > most) {
            queue.remove();
        }
    }

    /** At most the limit. */
    List<Seen> all() {
        List<Seen> all = new ArrayList<>(errors);
        wrong.stream().sorted(SUREST).forEach(all::add);
        others.stream().sorted(LEAST_SURE).forEach(all::add);
        return all.subList(0, Math.min(limit, all.size()));
    }
}
