package io.sightline.schemas.wire;

import org.apache.kafka.common.errors.SerializationException;

/** No schema has the id that a record names. */
public final class UnknownSchemaIdException extends SerializationException {
    private static final long serialVersionUID = 1L;

    public UnknownSchemaIdException(int id, String expected) {
        super("schema id: " + id + " (expected: " + expected + ")");
    }
}
