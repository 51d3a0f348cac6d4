package io.sightline.connectors.replay;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Which items of a dataset are sent, and in which order. A position is a place in that order, from 0. Immutable. */
final class SendingOrder {
    private final int[] items;
    private final int[] positions;

    /**
     * The same arguments always give the same order.
     *
     * @param dataset number of items there are
     */
    SendingOrder(int dataset, OptionalLong seed, OptionalInt limit) {
        int[] all = IntStream.range(0, dataset).toArray();
        if (seed.isPresent()) {
            Random random = new Random(seed.getAsLong());
            for (int i = dataset - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int swapped = all[i];
                all[i] = all[other];
                all[other] = swapped;
            }
        }
        this.items = Arrays.copyOf(all, Math.min(dataset, limit.orElse(dataset)));
        this.positions = new int[dataset];
        Arrays.fill(positions, -1);
        for (int position = 0; position < items.length; position++) {
            positions[items[position]] = position;
        }
    }

    int size() {
        return items.length;
    }

    int item(int position) {
        return items[position];
    }

    /** -1: it is not sent, or there is none. */
    int position(int item) {
        return item >= 0 && item < positions.length ? positions[item] : -1;
    }
}
