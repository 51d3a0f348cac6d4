package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;

/** The key {@code tracer}. */
public record TracerSection(
        @Setting(doc = "Length of a tracer window, seconds.", def = "10", min = 1, max = 3600) int intervalS) {
}
