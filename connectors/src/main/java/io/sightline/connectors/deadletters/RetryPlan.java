package io.sightline.connectors.deadletters;

import io.sightline.connectors.text.Printable;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Which letters are to be sent again, and why others are not. Holds 12 bytes a letter, and the keys of gallery edits. For one thread.
 */
public final class RetryPlan {
    /** Room for what a record batch and the two headers of a retry add. */
    private static final int OVERHEAD_BYTES = 1024;
    private static final int MAX_EXAMPLES = 10;

    /**
     * Letters that stay where they are for one reason.
     *
     * @param examples the first few
     */
    public record Left(String why, long letters, List<LetterPlace> examples) {
    }

    private record Edit(LetterPlace place, int partition, long offset, int bytes) {
    }

    private final Topics topics;
    private final boolean again;
    private final LetterIndex index = new LetterIndex();
    private final Map<String, Left> left = new LinkedHashMap<>();
    private final Map<String, List<Edit>> edits = new HashMap<>();
    private final Set<LetterPlace> superseded = new HashSet<>();
    private long selected;
    private long retriedBefore;
    private long bytes;

    RetryPlan(Topics topics, boolean again) {
        this.topics = topics;
        this.again = again;
    }

    void add(Letter letter, ConsumerRecord<byte[], byte[]> record) {
        selected++;
        Optional<String> hindrance = hindrance(letter, record);
        if (hindrance.isPresent()) {
            leave(hindrance.get(), letter.place());
            return;
        }
        int size = Math.max(0, letter.bytes());
        index.add(letter.place(), size);
        bytes += size;
        Letter.Source source = letter.source().orElseThrow();
        if (source.topic().equals(topics.name(Topic.GALLERY)) && record.key() != null) {
            edits.computeIfAbsent(key(record), k -> new ArrayList<>(1)).add(new Edit(letter.place(), source.partition(), source.offset(), size));
        }
    }

    private Optional<String> hindrance(Letter letter, ConsumerRecord<byte[], byte[]> record) {
        if (letter.source().isEmpty()) {
            return Optional.of("no headers source-topic, source-partition and source-offset (expected: those of a dead letter)");
        }
        String topic = letter.source().get().topic();
        if (!topic.equals(topics.name(Topic.REQUESTS)) && !topic.equals(topics.name(Topic.GALLERY))) {
            return Optional.of("from topic '" + Printable.text(topic, 60) + "' (expected: " + topics.name(Topic.REQUESTS) + " or " + topics.name(Topic.GALLERY) + ")");
        }
        if (letter.leftOut()) {
            return Optional.of("the original was too large and is not in the letter (expected: its bytes)");
        }
        if (size(record) > Topics.MAX_MESSAGE_BYTES - OVERHEAD_BYTES) {
            return Optional.of("too large for its topic with the headers of a retry (expected: at most " + (Topics.MAX_MESSAGE_BYTES - OVERHEAD_BYTES) + " bytes)");
        }
        return Optional.empty();
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        long size = (record.key() == null ? 0 : record.key().length) + (long) (record.value() == null ? 0 : record.value().length);
        for (Header header : record.headers()) {
            size += header.key().length() * 3L + (header.value() == null ? 0 : header.value().length) + 10;
        }
        return size;
    }

    private void leave(String why, LetterPlace place) {
        Left before = left.getOrDefault(why, new Left(why, 0, new ArrayList<>()));
        if (before.letters() < MAX_EXAMPLES) {
            before.examples().add(place);
        }
        left.put(why, new Left(why, before.letters() + 1, before.examples()));
    }

    void retried(LetterPlace place) {
        int size = index.retried(place);
        if (size >= 0) {
            retriedBefore++;
            bytes -= again ? 0 : size;
        }
    }

    boolean hasEdits() {
        return !edits.isEmpty();
    }

    /** Of each partition of the gallery topic the first offset that is an edit's. */
    Map<Integer, Long> firstEdits() {
        Map<Integer, Long> first = new HashMap<>();
        edits.values().forEach(some -> some.forEach(edit -> first.merge(edit.partition(), edit.offset(), Math::min)));
        return first;
    }

    /** An edit under the same key that came later is what counts: the earlier one must not undo it. */
    void laterEdit(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        List<Edit> same = edits.get(key(record));
        if (same == null) {
            return;
        }
        for (Edit edit : same) {
            boolean later = record.partition() == edit.partition() && record.offset() > edit.offset();
            if (later && !(index.isRetried(edit.place()) && !again) && superseded.add(edit.place())) {
                leave("a later edit of the same gallery entry is there (expected: the last edit of an entry)", edit.place());
                bytes -= edit.bytes();
            }
        }
    }

    /** The topic's keys are UTF-8; those that are not are refused again and replace nothing. */
    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return RecordHeaders.utf8(record.key()).orElse("");
    }

    boolean contains(LetterPlace place) {
        return index.contains(place) && (again || !index.isRetried(place)) && !superseded.contains(place);
    }

    Map<Integer, Long> firsts() {
        Map<Integer, Long> first = new HashMap<>();
        index.firsts(first::put);
        return first;
    }

    /** Letters that were meant. */
    public long selected() {
        return selected;
    }

    /** Of these, what has been retried before, and without {@code again} is not this time. */
    public long retriedBefore() {
        return retriedBefore;
    }

    /** Letters that stay, other than for having been retried. */
    public List<Left> left() {
        return List.copyOf(left.values());
    }

    /** Letters that are to be sent. */
    public long toSend() {
        return index.size() - superseded.size() - (again ? 0 : retriedBefore);
    }

    /** Length of their originals together. */
    public long bytes() {
        return bytes;
    }
}
