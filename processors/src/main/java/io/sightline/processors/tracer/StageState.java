package io.sightline.processors.tracer;

/** What a stage is like now. Thread-safe; each answer takes a short lock at most. */
public interface StageState {
    /** Items waiting. */
    int queueSize();

    /** How long the item that came first of those waiting has waited, nanoseconds; 0 where none waits. */
    long oldestWaitNs();

    /** Lanes that work; fewer than the stage has once it is broken or closed. */
    int lanesAlive();
}
