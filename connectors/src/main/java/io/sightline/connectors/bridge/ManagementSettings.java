package io.sightline.connectors.bridge;

import io.sightline.schemas.settings.Setting;
import java.util.Optional;

/** Where a process tells those who run it how it is. */
public record ManagementSettings(
        @Setting(doc = "Address to listen on. 127.0.0.1: this machine only; 0.0.0.0: all addresses.", def = "127.0.0.1") String host,
        @Setting(doc = "Port of /metrics, /healthz and /readyz, without keys and TLS. 0: any free one. None: `up` and `bridge` serve them on the bridge's port, a worker does not.", min = 0, max = 65535) Optional<Integer> port) {
    public static final ManagementSettings NONE = new ManagementSettings("127.0.0.1", Optional.empty());

    public ManagementSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: '" + host + "' (expected: an address of this machine)");
        }
    }
}
