package io.sightline.connect.flat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** A record as Connect has it, with a schema (Struct) or without (Map); or nothing, of which every field is null. Immutable. */
record Node(Object of) {
    static final Node NOTHING = new Node(null);

    /** Null where there is none: an older writer's record lacks the fields that came later. */
    Object value(String field) {
        if (of instanceof Struct struct) {
            return struct.schema().field(field) == null ? null : struct.get(field);
        }
        return of instanceof Map<?, ?> map ? map.get(field) : null;
    }

    Node child(String field) {
        Object value = value(field);
        if (value == null) {
            return NOTHING;
        }
        if (value instanceof Struct || value instanceof Map) {
            return new Node(value);
        }
        throw unlike(field, value, "a record");
    }

    List<?> list(String field) {
        Object value = value(field);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw unlike(field, value, "an array");
    }

    /** Null where there is none, or an empty one. U+0000, which no database takes in a text, is U+FFFD. */
    String textOrNull(String field) {
        Object value = value(field);
        if (value == null || value instanceof String text && text.isEmpty()) {
            return null;
        }
        if (value instanceof String text) {
            return text.replace('\u0000', '\uFFFD');
        }
        throw unlike(field, value, "a text");
    }

    Integer integer(String field) {
        Object value = value(field);
        return value == null ? null : integer(field, value);
    }

    static Integer integer(String field, Object value) {
        if (value instanceof Number number && number.doubleValue() == number.intValue()) {
            return number.intValue();
        }
        throw unlike(field, value, "a whole number");
    }

    int intOr(String field, int otherwise) {
        Integer value = integer(field);
        return value == null ? otherwise : value;
    }

    Long wide(String field) {
        Object value = value(field);
        if (value == null || value instanceof Long) {
            return (Long) value;
        }
        return integer(field, value).longValue();
    }

    Double number(String field) {
        Object value = value(field);
        if (value == null) {
            return null;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw unlike(field, value, "a number");
    }

    /** As JSON text; null where there is none. */
    String json(String field) {
        Object value = value(field);
        return value == null ? null : JsonText.of(value);
    }

    static DataException unlike(String field, Object value, String expected) {
        return new DataException(field + ": a " + (value == null ? "null" : value.getClass().getSimpleName()) + " (expected: " + expected + ", as in a RecognitionResult)");
    }
}
