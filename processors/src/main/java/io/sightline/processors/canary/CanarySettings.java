package io.sightline.processors.canary;

import io.sightline.schemas.settings.Setting;

/** The key {@code canary}. */
public record CanarySettings(
        @Setting(doc = "Send two stored pictures through each pipeline, at the start and every interval_s, and compare what its models make of them with what was recorded. Some ten milliseconds of work each time; never in results.", def = "true") boolean enabled,
        @Setting(doc = "Time between two checks, seconds.", def = "60", min = 1, max = 86400) int intervalS,
        @Setting(doc = "Longest time a check may take in one pipeline, milliseconds; one that takes longer says nothing.", def = "10000", min = 100, max = 600000) int timeoutMs,
        @Setting(doc = "Largest distance from what was recorded that is no drift: 1 - cosine of embeddings, 1 - IoU of the best box, difference of the best class's scores.", def = "0.05", min = 0, max = 2) double epsilon,
        @Setting(doc = "Whether a pipeline that has drifted, or can't work on the pictures, makes the worker not ready. Otherwise that is a detail of /readyz, a warning in the log and a metric.", def = "false") boolean unready) {
    public static final CanarySettings DEFAULT = new CanarySettings(true, 60, 10_000, 0.05, false);
}
