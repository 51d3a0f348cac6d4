package io.sightline.processors.recognition;

/** What a pipeline may do with a decoded picture, in the order in which it is done. */
public enum PipelineStage {
    /** Finds things; without it the whole picture is the one thing. */
    DETECT,
    /** Says which classes each thing may be of. */
    CLASSIFY,
    /** Makes each thing's embedding. */
    EMBED,
    /** Looks the embeddings up in a gallery. */
    LOOKUP;

    /** The stage's name in timings, tracer and topology. */
    public String stageName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
