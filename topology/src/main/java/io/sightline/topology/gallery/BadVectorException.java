package io.sightline.topology.gallery;

import java.util.OptionalLong;

/** A record of gallery-vectors that is no edit for this index. */
public final class BadVectorException extends RuntimeException {
    private static final String OTHER_MODEL = "other model";
    private static final long serialVersionUID = 1L;
    private final String kind;
    private final Long epoch;

    /** @param kind what sort of fault, one of few: logged once each */
    BadVectorException(String kind, String message) {
        this(kind, null, message);
    }

    private BadVectorException(String kind, Long epoch, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.epoch = epoch;
    }

    /** @param epoch of the edit that the vector was made of */
    static BadVectorException otherModel(long epoch, String message) {
        return new BadVectorException(OTHER_MODEL, epoch, message);
    }

    /** The epoch of a vector of another model; empty: something else is wrong. */
    OptionalLong otherModelsEpoch() {
        return epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
    }

    String kind() {
        return kind;
    }
}
