package io.sightline.connectors.bridge.hub;

import io.sightline.schemas.settings.Setting;

/** A module of PaddleHub Serving's. */
public record HubModuleSettings(
        @Setting(doc = "The pipeline that answers for the module.") String pipeline) {
}
