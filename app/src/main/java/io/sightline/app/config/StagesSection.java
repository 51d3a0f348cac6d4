package io.sightline.app.config;

import io.sightline.processors.stage.StageSettings;
import io.sightline.schemas.settings.Setting;

/** The key {@code stages}. */
public record StagesSection(
        @Setting(doc = "Turns files into pixels.") StageSettings decode,
        @Setting(doc = "Finds things in pictures.") StageSettings detect,
        @Setting(doc = "Says which classes things may be of; an item is one thing.") StageSettings classify,
        @Setting(doc = "Makes embeddings of what was found; an item is one thing.") StageSettings embed,
        @Setting(doc = "Looks embeddings up in the gallery; an item is a whole picture.") StageSettings lookup,
        @Setting(doc = "Most pixels of all decoded pictures alive at a time, 3 bytes of memory each; decoding waits for room. At least limits.max_image_pixels.", def = "134217728", min = 1, max = 2147483647) long maxLivePixels,
        @Setting(doc = "Longest time a picture keeps a decoding thread waiting for such room, milliseconds; then it is tried again after others.", def = "30000", min = 1, max = 600000) long maxPixelsWaitMs) {
}
