package io.sightline.connectors.trace;

import io.sightline.schemas.TracerWindow;
import java.util.List;

/**
 * What one worker measured lately. The windows come without the request ids of errors.
 *
 * @param instance the worker's name
 * @param stages the last window of each stage, in the worker's order
 * @param totals windows of whole requests, oldest first
 */
public record WorkerTrace(String instance, List<TracerWindow> stages, List<TracerWindow> totals) {
    public WorkerTrace {
        stages = List.copyOf(stages);
        totals = List.copyOf(totals);
    }
}
