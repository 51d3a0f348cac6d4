package io.sightline.app.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the bridge listens. */
final class ListenOptions {
    @Option(names = "--host", paramLabel = "ADDRESS", description = "address the bridge listens on (default: bridge.host, 127.0.0.1)")
    private String host;
    @Option(names = "--port", paramLabel = "PORT", description = "port the bridge listens on (default: bridge.port, 8080)")
    private Integer port;

    Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (host != null) {
            overrides.put("bridge.host", "'" + host + "'");
        }
        if (port != null) {
            overrides.put("bridge.port", port.toString());
        }
        return overrides;
    }
}
