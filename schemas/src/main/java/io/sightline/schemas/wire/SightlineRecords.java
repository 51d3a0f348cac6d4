package io.sightline.schemas.wire;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.TracerWindow;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** A codec for each kind of record that is on Sightline's topics. Thread-safe. */
final class SightlineRecords {
    private final SchemaRegistry registry;
    /** By the schema's full name. */
    private final Map<String, AvroCodec<SpecificRecord>> codecs = new HashMap<>();

    SightlineRecords(SchemaRegistry registry) {
        this.registry = registry;
        add(RecognitionRequest.class);
        add(RecognitionResult.class);
        add(GalleryEntry.class);
        add(GalleryVector.class);
        add(TracerWindow.class);
    }

    /** A codec is asked only for what it is of. */
    @SuppressWarnings("unchecked")
    private void add(Class<? extends SpecificRecord> type) {
        codecs.put(SpecificData.get().getSchema(type).getFullName(), new AvroCodec<>((Class<SpecificRecord>) type, registry));
    }

    byte[] encode(String topic, SpecificRecord record) {
        return record == null ? null : codec(record.getSchema()).encode(topic, record);
    }

    SpecificRecord decode(byte[] value) {
        if (value == null) {
            return null;
        }
        return codec(registry.schemaOf(WireValue.id(value))).decode(value);
    }

    private AvroCodec<SpecificRecord> codec(Schema schema) {
        AvroCodec<SpecificRecord> codec = codecs.get(schema.getFullName());
        if (codec == null) {
            throw new SerializationException("value: a " + schema.getFullName() + " (expected: one of " + String.join(", ", codecs.keySet()) + ")");
        }
        return codec;
    }
}
