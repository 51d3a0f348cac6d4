package io.sightline.topology;

/** Where a {@link Worker} is in its life. */
public enum WorkerState {
    CREATED,
    /** The ids of the schemas it writes are not known yet. */
    AWAITING_SCHEMA_REGISTRY,
    /** Reading the gallery; nothing else runs yet. */
    LOADING_GALLERY,
    /** Kafka Streams is joining the group. */
    STARTING,
    RUNNING,
    STOPPING,
    STOPPED,
    /** Given up: see the failure callback. */
    FAILED
}
