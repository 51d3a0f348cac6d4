package io.sightline.connectors.bridge.inference;

import io.sightline.schemas.settings.Setting;

/** What clients of the Open Inference Protocol may ask. */
public record InferenceSettings(
        @Setting(doc = "Most images of one call.", def = "32", min = 1, max = 1024) int maxImages,
        @Setting(doc = "Largest body of a call, bytes.", def = "67108864", min = 1024, max = 1073741824) long maxBodyBytes) {
    public static final InferenceSettings DEFAULT = new InferenceSettings(32, 64 << 20);
}
