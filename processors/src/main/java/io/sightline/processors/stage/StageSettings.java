package io.sightline.processors.stage;

import io.sightline.schemas.settings.Setting;

/** How a stage gathers batches and how many lanes work on them. */
public record StageSettings(
        @Setting(doc = "Threads of the stage; each owns a session of the stage's model. 0: as many as the machine has cores.", def = "0", min = 0, max = 256) int lanes,
        @Setting(doc = "Most items in a batch.", def = "8", min = 1, max = 1024) int maxBatch,
        @Setting(doc = "Longest time a batch waits for more items since its oldest one came, milliseconds. 0: takes what is there, shared out among the lanes that are idle.", def = "0", min = 0, max = 10000) double maxDelayMs,
        @Setting(doc = "Most items waiting; further ones make the stage before wait. The stage that a record begins with takes all that look_ahead starts.", def = "256", min = 1, max = 1000000) int queueCapacity) {
    public int lanesOr(int cores) {
        return lanes == 0 ? cores : lanes;
    }
}
