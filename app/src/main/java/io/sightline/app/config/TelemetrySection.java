package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;

/** The key {@code telemetry}. */
public record TelemetrySection(
        @Setting(doc = "Whether OpenTelemetry traces are exported, by OTLP. Where to and how much is said by the standard environment variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME and the like (docs/operations.md).", def = "false") boolean enabled) {
}
