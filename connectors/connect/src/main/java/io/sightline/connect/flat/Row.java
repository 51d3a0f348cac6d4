package io.sightline.connect.flat;

import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * A result, looked at for its row. The best detection is the one with the best match; where none has one, the one with the best class; else the first,
 * which the detector is surest of. Of equal ones the first. Immutable.
 */
final class Row {
    private static final String MATCHES = "matches";
    private static final String CLASSES = "classes";
    private final Node result;
    private final List<Node> detections;
    private final Node best;

    /** @throws DataException where it is no result */
    Row(Object value) {
        result = new Node(value);
        if (result.value("request_id") == null || result.value("status") == null) {
            throw new DataException("value: " + (value instanceof Struct struct ? "a " + struct.schema().name() : "a record without request_id or status") + " (expected: a RecognitionResult)");
        }
        detections = result.list("detections").stream().map(Row::node).toList();
        best = chosen();
    }

    private static Node node(Object value) {
        if (value instanceof Struct || value instanceof java.util.Map) {
            return new Node(value);
        }
        throw Node.unlike("detections", value, "records");
    }

    private Node chosen() {
        Node found = Node.NOTHING;
        for (Node detection : detections) {
            int rank = rank(detection);
            if (found == Node.NOTHING || rank > rank(found) || rank == rank(found) && score(detection) > score(found)) {
                found = detection;
            }
        }
        return found;
    }

    private static int rank(Node detection) {
        return detection.list(MATCHES).isEmpty() ? detection.list(CLASSES).isEmpty() ? 0 : 1 : 2;
    }

    static boolean isNamed(Node detection) {
        return rank(detection) > 0;
    }

    /** Of its match, else of its class; the same for all that have neither. */
    private static double score(Node detection) {
        Double score = first(detection, rank(detection) == 2 ? MATCHES : CLASSES).number("score");
        return score == null ? Double.NEGATIVE_INFINITY : score;
    }

    private static Node first(Node detection, String list) {
        List<?> items = detection.list(list);
        return items.isEmpty() ? Node.NOTHING : node(items.get(0));
    }

    Node result() {
        return result;
    }

    Node lineage() {
        return result.child("lineage");
    }

    List<Node> detections() {
        return detections;
    }

    /** Nothing where there is no detection. */
    Node best() {
        return best;
    }

    Node match() {
        return first(best, MATCHES);
    }

    /** Its match, else its class, else nothing. */
    Node named() {
        Node match = match();
        return match == Node.NOTHING ? first(best, CLASSES) : match;
    }

    Integer edge(int index) {
        List<?> box = best.list("bbox");
        return index < box.size() ? Node.integer("bbox", box.get(index)) : null;
    }

    /** What must be there. */
    String text(String field) {
        String text = result.textOrNull(field);
        if (text == null) {
            throw new DataException(field + ": empty (expected: a text, as in a RecognitionResult)");
        }
        return text;
    }
}
