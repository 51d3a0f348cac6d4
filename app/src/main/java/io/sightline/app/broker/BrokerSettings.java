package io.sightline.app.broker;

import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.Map;

/** The embedded broker of `up` and `demo`. */
public record BrokerSettings(
        @Setting(doc = "Port of the embedded broker on 127.0.0.1. 0: any free one.", def = "9092", min = 0, max = 65535) int port,
        @Setting(doc = "Folder of the embedded broker's data; relative to the working directory: started elsewhere, another folder and no data.", def = "sightline-data/kafka") Path dataDir,
        @Setting(doc = "More settings of the Kafka broker, under Kafka's own names.") Map<String, String> properties) {
}
