package io.sightline.schemas.wire;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** {@link SightlineAvroSerializer} and {@link SightlineAvroDeserializer} for Kafka Streams: {@code default.value.serde}. Thread-safe once configured. */
public final class SightlineAvroSerde implements Serde<SpecificRecord> {
    private final SightlineAvroSerializer serializer = new SightlineAvroSerializer();
    private final SightlineAvroDeserializer deserializer = new SightlineAvroDeserializer();

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        serializer.configure(properties, isKey);
        deserializer.configure(properties, isKey);
    }

    @Override
    public Serializer<SpecificRecord> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<SpecificRecord> deserializer() {
        return deserializer;
    }
}
