package io.sightline.app.config;

import io.sightline.processors.stage.StageSettings;
import io.sightline.schemas.settings.Setting;

/** The key {@code stages}. */
public record StagesSection(
        @Setting(doc = "Turns files into pixels.") StageSettings decode,
        @Setting(doc = "Finds things in pictures.") StageSettings detect,
        @Setting(doc = "Makes embeddings of what was found; an item is one thing.") StageSettings embed,
        @Setting(doc = "Looks embeddings up in the gallery; an item is a whole picture.") StageSettings lookup,
        @Setting(doc = "Most pixels of decoded pictures in memory at a time (3 bytes each); decoding waits for room.", def = "134217728", min = 67108864, max = 2147483647) long maxDecodedPixels) {
}
