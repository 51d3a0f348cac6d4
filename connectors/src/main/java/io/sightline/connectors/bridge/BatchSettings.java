package io.sightline.connectors.bridge;

import io.sightline.schemas.settings.Setting;

/** Several images in one call. */
public record BatchSettings(
        @Setting(doc = "Most images of one call; with one more it gets 400.", def = "64", min = 1, max = 10000) int maxImages,
        @Setting(doc = "Largest body of such a call, bytes; also bounded by bridge.max_buffered_bytes.", def = "67108864", min = 1024, max = 1073741824) int maxBytes,
        @Setting(doc = "Most images of one call worked on at once.", def = "16", min = 1, max = 10000) int maxInFlight) {
    public static final BatchSettings DEFAULT = new BatchSettings(64, 64 << 20, 16);
}
