package io.sightline.topology;

/** Where a {@link Worker} is in its life. */
public enum WorkerState {
    CREATED,
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
