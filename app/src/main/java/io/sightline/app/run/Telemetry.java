package io.sightline.app.run;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.sightline.app.config.ConfigException;
import io.sightline.app.config.TelemetrySection;
import java.util.Map;

/** OpenTelemetry as the configuration and the standard OTEL_* variables want it. Its own threads export; a receiver that is away holds nobody up. */
final class Telemetry implements AutoCloseable {
    private final OpenTelemetry telemetry;

    private Telemetry(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /**
     * @param service its name, unless OTEL_SERVICE_NAME says otherwise
     * @throws ConfigException a variable has a value that it can't have
     */
    static Telemetry open(TelemetrySection settings, String service) {
        if (!settings.enabled()) {
            return new Telemetry(OpenTelemetry.noop());
        }
        try {
            // Below environment variables and system properties. Metrics go to Prometheus and logs to standard error.
            return new Telemetry(AutoConfiguredOpenTelemetrySdk.builder().disableShutdownHook()
                    .addPropertiesSupplier(() -> Map.of("otel.service.name", service, "otel.exporter.otlp.protocol", "http/protobuf",
                            "otel.metrics.exporter", "none", "otel.logs.exporter", "none", "otel.propagators", "tracecontext"))
                    .addResourceCustomizer((resource, config) -> resource.toBuilder().put("service.version", Build.VERSION).build())
                    .build().getOpenTelemetrySdk());
        } catch (io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException e) {
            throw new ConfigException("telemetry: " + e.getMessage() + " (expected: OTEL_* variables as OpenTelemetry documents them)");
        }
    }

    OpenTelemetry api() {
        return telemetry;
    }

    /** Exports what waits, ten seconds at most. */
    @Override
    public void close() {
        if (telemetry instanceof OpenTelemetrySdk sdk) {
            sdk.close();
        }
    }
}
