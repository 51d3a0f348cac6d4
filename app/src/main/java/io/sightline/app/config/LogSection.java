package io.sightline.app.config;

import io.sightline.app.log.LogFormat;
import io.sightline.schemas.settings.Setting;

/** The key {@code log}. */
public record LogSection(
        @Setting(doc = "Form of the log on standard error. text: for people. json: one JSON object a line. The option --log-format goes before it.", def = "text") LogFormat format) {
}
