package io.sightline.processors.recognition;

import io.sightline.processors.stage.StageSettings;
import io.sightline.schemas.settings.Setting;
import java.util.Optional;

/** Where a pipeline's stage differs from the section {@code stages}. */
public record StageOverride(
        @Setting(doc = "As stages.STAGE.lanes.", min = 0, max = 256) Optional<Integer> lanes,
        @Setting(doc = "As stages.STAGE.max_batch.", min = 1, max = 1024) Optional<Integer> maxBatch,
        @Setting(doc = "As stages.STAGE.max_delay_ms.", min = 0, max = 10000) Optional<Double> maxDelayMs,
        @Setting(doc = "As stages.STAGE.queue_capacity.", min = 1, max = 1000000) Optional<Integer> queueCapacity) {
    StageSettings over(StageSettings usual) {
        return new StageSettings(lanes.orElse(usual.lanes()), maxBatch.orElse(usual.maxBatch()), maxDelayMs.orElse(usual.maxDelayMs()),
                queueCapacity.orElse(usual.queueCapacity()));
    }
}
