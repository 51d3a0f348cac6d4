package io.sightline.schemas.wire;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * For producers of one's own in Java: {@code value.serializer} of a Kafka producer that writes the records of {@code io.sightline.schemas}. With
 * {@code schema.registry.url} and Confluent's other keys among the producer's properties that registry is used, without it Sightline's own fixed ids.
 * Thread-safe once configured.
 *
 * <p>It waits for the registry while it does not know the schema's id yet, and throws an {@link org.apache.kafka.common.errors.ApiException} where
 * that is away (as Confluent's does), a {@link org.apache.kafka.common.errors.SerializationException} where the record is at fault.
 */
public final class SightlineAvroSerializer implements Serializer<SpecificRecord> {
    private SightlineRecords records = new SightlineRecords(EmbeddedRegistry.INSTANCE);

    /** @throws IllegalArgumentException for keys; where a registry's property has no good value */
    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        records = new SightlineRecords(registry(properties, isKey));
    }

    static SchemaRegistry registry(Map<String, ?> properties, boolean isKey) {
        if (isKey) {
            throw new IllegalArgumentException("a serde of Sightline's values for keys (expected: Kafka's StringSerializer or StringDeserializer, keys are texts)");
        }
        Map<String, String> known = Registries.propertiesIn(properties);
        return known.isEmpty() ? EmbeddedRegistry.INSTANCE : new RegistryClient(known);
    }

    /** Null gives null: a tombstone. */
    @Override
    public byte[] serialize(String topic, SpecificRecord record) {
        return records.encode(topic, record);
    }
}
