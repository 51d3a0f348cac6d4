package io.sightline.connectors.bridge.hub;

import io.sightline.schemas.settings.Setting;
import java.util.Map;
import java.util.Optional;

/** What PaddleHub Serving's clients find here. */
public record HubSettings(
        @Setting(doc = "Port for PaddleHub Serving's clients beside the bridge's own, where they are served too. Stock is 8866; none unless set.", min = 1, max = 65535) Optional<Integer> port,
        @Setting(doc = "Most images, or prepared images, of one call.", def = "32", min = 1, max = 1024) int maxImages,
        @Setting(doc = "Largest body of a call, bytes; images in base64 take 4/3 of their size.", def = "67108864", min = 1024, max = 1073741824) long maxBodyBytes,
        @Setting(doc = "Modules by name, and the pipelines that they are. Without any: `clas_system` is the pipeline with the stage classify, where there is exactly one.") Map<String, HubModuleSettings> modules) {
    public static final HubSettings DEFAULT = new HubSettings(Optional.empty(), 32, 64 << 20, Map.of());

    public HubSettings {
        modules = Map.copyOf(modules);
    }

    public HubSettings withModules(Map<String, HubModuleSettings> others) {
        return new HubSettings(port, maxImages, maxBodyBytes, others);
    }
}
