package io.sightline.connectors.replay;

import java.util.Locale;

/** The request ids of a run: its name and the item's number in the dataset, from 1. An item has the same id however often it is sent. */
public final class RequestIds {
    private static final int MAX_DIGITS = 10;
    private final String prefix;

    /** @param name of the run */
    public RequestIds(String name) {
        this.prefix = name + "-";
    }

    String of(int item) {
        return String.format(Locale.ROOT, "%s%07d", prefix, item + 1L);
    }

    /** The item; -1 where the id is none of this run's. */
    public int item(String id) {
        if (!id.startsWith(prefix)) {
            return -1;
        }
        String digits = id.substring(prefix.length());
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        long number = Long.parseLong(digits);
        return number >= 1 && number <= Integer.MAX_VALUE && of((int) (number - 1)).equals(id) ? (int) (number - 1) : -1;
    }
}
