package io.sightline.connectors.bridge.serving;

import io.sightline.schemas.settings.Setting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The key {@code paddle_serving}: the bridge as a server of Paddle Serving's pipeline services. */
public record PaddleServingSettings(
        @Setting(doc = "Whether the bridge speaks it.", def = "true") boolean enabled,
        @Setting(doc = "Most images in one request; each counts as a request in flight.", def = "16", min = 1, max = 256) int maxImages,
        @Setting(doc = "Services by the name in their URL. Without any: each pipeline under its own name, and recognition, imagenet and ArcFace for the first pipeline of that kind.") Map<String, ServiceSettings> services) {
    public PaddleServingSettings {
        services = Collections.unmodifiableMap(new LinkedHashMap<>(services)); // in their order: the first one answers where none is named
    }
}
