package io.sightline.schemas.wire;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * For consumers of one's own in Java: {@code value.deserializer} of a Kafka consumer that reads the records of {@code io.sightline.schemas}, whichever
 * of them a value is. Configured as {@link SightlineAvroSerializer} is. Thread-safe once configured.
 *
 * <p>It waits for the registry while it does not know the writer's schema yet, and throws an {@link org.apache.kafka.common.errors.ApiException} where
 * that is away, a {@link org.apache.kafka.common.errors.SerializationException} where the value is none of Sightline's records.
 */
public final class SightlineAvroDeserializer implements Deserializer<SpecificRecord> {
    private SightlineRecords records = new SightlineRecords(EmbeddedRegistry.INSTANCE);

    /** @throws IllegalArgumentException for keys; where a registry's property has no good value */
    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        records = new SightlineRecords(SightlineAvroSerializer.registry(properties, isKey));
    }

    /** Null gives null: a tombstone. */
    @Override
    public SpecificRecord deserialize(String topic, byte[] value) {
        return records.decode(value);
    }
}
