package io.sightline.connectors.bridge.store;

import io.sightline.schemas.settings.Setting;

/** How much {@link CallStore} keeps. What goes over is dropped, the answers that have been there longest first; a call still worked on never is. */
public record StoreSettings(
        @Setting(doc = "Most calls known by their Idempotency-Key or sent with async=true; with more, the answers kept longest are forgotten. Where all of them are still worked on, a further one gets 503.", def = "10000", min = 1, max = 10000000) int maxEntries,
        @Setting(doc = "Most bytes of answers kept for such calls; with more, those kept longest are forgotten.", def = "33554432", min = 1024, max = 8589934592.0) long maxBytes,
        @Setting(doc = "How long such an answer is kept at most, seconds.", def = "600", min = 1, max = 604800) int maxAgeS) {
    public static final StoreSettings DEFAULT = new StoreSettings(10_000, 32L << 20, 600);
}
