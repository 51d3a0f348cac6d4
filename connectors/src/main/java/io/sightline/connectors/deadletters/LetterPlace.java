package io.sightline.connectors.deadletters;

import io.sightline.connectors.text.Printable;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a dead letter is on its topic. As text: {@code partition@offset}. */
public record LetterPlace(int partition, long offset) implements Comparable<LetterPlace> {
    private static final Pattern TEXT = Pattern.compile("(?:(?<topic>[A-Za-z0-9._-]+)-)?(?<partition>[0-9]{1,6})@(?<offset>[0-9]{1,18})");
    private static final Comparator<LetterPlace> ORDER = Comparator.comparingInt(LetterPlace::partition).thenComparingLong(LetterPlace::offset);

    /**
     * @param text {@code partition@offset}, or with the topic before it: {@code topic-partition@offset}
     * @throws IllegalArgumentException where it is neither
     */
    public static LetterPlace parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("dead letter: '" + Printable.text(text, 100) + "' (expected: PARTITION@OFFSET as the list shows it, 2@17)");
        }
        return new LetterPlace(Integer.parseInt(matcher.group("partition")), Long.parseLong(matcher.group("offset")));
    }

    /** With the topic before it, as the header retry-of has it. */
    String on(String topic) {
        return topic + "-" + this;
    }

    @Override
    public int compareTo(LetterPlace other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
