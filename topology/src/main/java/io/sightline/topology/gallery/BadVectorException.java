package io.sightline.topology.gallery;

/** A record of gallery-vectors that is no edit for this index. */
final class BadVectorException extends RuntimeException {
    static final String OTHER_MODEL = "other model";
    private static final long serialVersionUID = 1L;
    private final String kind;

    /** @param kind what sort of fault, one of few: logged once each */
    BadVectorException(String kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    String kind() {
        return kind;
    }
}
