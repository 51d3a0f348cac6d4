package io.sightline.processors.tracer;

import io.sightline.schemas.TracerWindow;
import java.util.ArrayList;
import java.util.List;

/**
 * One window of a worker.
 *
 * @param stages in their order
 * @param total whole requests
 * @param counts the stages' raw counters, in the same order
 */
public record TracerReport(List<TracerWindow> stages, TracerWindow total, List<StageWindow> counts) {
    /** The stages, then the total: what goes on the trace topic. */
    public List<TracerWindow> all() {
        List<TracerWindow> all = new ArrayList<>(stages);
        all.add(total);
        return all;
    }
}
