package io.sightline.schemas.topics;

/** Sightline's topics and how each is kept. {@link Topics} gives their names. */
public enum Topic {
    /** Pictures to recognise: Avro RecognitionRequest, or a bare JPEG or PNG. */
    REQUESTS("requests", false, 7 * Topic.DAY_MS, true),
    /** RecognitionResult by request id. */
    RESULTS("results", false, 7 * Topic.DAY_MS, false),
    /** Original bytes of what could not be processed, the reason in the headers. */
    DEAD_LETTERS("dead-letters", false, 90 * Topic.DAY_MS, true),
    /** Edits of the galleries: the truth about them. */
    GALLERY("gallery", true, -1, true),
    /** The galleries' embeddings, made from {@link #GALLERY}. */
    GALLERY_VECTORS("gallery-vectors", true, -1, false),
    /** TracerWindow records. */
    TRACE("trace", false, Topic.DAY_MS, false);

    static final long DAY_MS = 24L * 60 * 60 * 1000;

    private final String baseName;
    private final boolean compacted;
    private final long retentionMs;
    private final boolean carriesImages;

    Topic(String baseName, boolean compacted, long retentionMs, boolean carriesImages) {
        this.baseName = baseName;
        this.compacted = compacted;
        this.retentionMs = retentionMs;
        this.carriesImages = carriesImages;
    }

    public String baseName() {
        return baseName;
    }

    public boolean compacted() {
        return compacted;
    }

    /** Milliseconds a record is kept at least; -1: for ever (compacted topics). */
    public long retentionMs() {
        return retentionMs;
    }

    /** True for topics whose records may be as large as an image. */
    public boolean carriesImages() {
        return carriesImages;
    }
}
