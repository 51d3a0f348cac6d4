package io.sightline.app.rerun;

import io.sightline.processors.recognition.PipelineStage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be run again and with what.
 *
 * @param ids only the requests with these ids; empty: all
 * @param limit most requests, the earliest answered ones
 * @param models instead of those recorded, by stage: NAME or NAME@VERSION
 * @param galleries epochs instead of those recorded, by gallery; empty: the last one
 * @param allowSettingsChange requests that were answered with other settings are run with these
 * @param unanswered requests without a result are run too, with the configured models and the galleries' last epochs
 * @param run its id, on every result
 * @param outputTopic made, or with resume there already
 * @param resume requests that have a result on the output topic are left alone
 */
public record RerunOptions(Instant from, Instant to, Optional<Set<String>> ids, long limit, Map<PipelineStage, String> models, Map<String, Optional<Long>> galleries,
        boolean allowSettingsChange, boolean unanswered, String run, String outputTopic, boolean resume) {
}
