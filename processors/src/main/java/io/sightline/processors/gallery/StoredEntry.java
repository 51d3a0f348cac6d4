package io.sightline.processors.gallery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * An entry of a gallery in memory; a changed entry is a new object. All but the slot is final; the slot belongs to the {@link EntryTable}
 * that holds the entry and is guarded as that is.
 */
final class StoredEntry {
    static final int NO_SLOT = -1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_ATTRIBUTES = "{}";

    private final String id;
    private final String label;
    private final String attributes;
    private final long epoch;
    private final float[] vector;
    /** Null: no attributes, or no JSON; read once, for filters are evaluated often. */
    private final JsonNode parsed;
    private int slot = NO_SLOT;

    /** @param vector at unit length, not changed afterwards */
    StoredEntry(String id, String label, String attributes, long epoch, float[] vector) {
        this.id = id;
        this.label = label;
        this.attributes = attributes.equals(NO_ATTRIBUTES) ? NO_ATTRIBUTES : attributes;
        this.epoch = epoch;
        this.vector = vector;
        this.parsed = parsed(attributes);
    }

    private static JsonNode parsed(String attributes) {
        if (attributes.equals(NO_ATTRIBUTES)) {
            return null;
        }
        try {
            return JSON.readTree(attributes);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    String id() {
        return id;
    }

    String label() {
        return label;
    }

    String attributes() {
        return attributes;
    }

    long epoch() {
        return epoch;
    }

    float[] vector() {
        return vector;
    }

    /** {@link #NO_SLOT}: in no table, or no longer. */
    int slot() {
        return slot;
    }

    void slot(int taken) {
        this.slot = taken;
    }

    /** An entry without attributes matches no filter: each comparison with what is missing is false. */
    boolean matches(AttributeFilter filter) {
        return parsed != null && filter.matches(parsed);
    }

    /** The cosine with a query of unit length. */
    float score(float[] query) {
        return ExactScore.of(query, vector);
    }
}
