package io.sightline.schemas.wire;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** {@link AvroCodec} as Kafka's serde. Thread-safe. */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final AvroCodec<T> codec;

    public AvroSerde(Class<T> type, SchemaRegistry registry) {
        this.codec = new AvroCodec<>(type, registry);
    }

    @Override
    public Serializer<T> serializer() {
        return codec::encode;
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> codec.decode(bytes);
    }
}
