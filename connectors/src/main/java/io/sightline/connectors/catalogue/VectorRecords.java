package io.sightline.connectors.catalogue;

import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.wire.AvroProjection;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records of gallery-vectors into the store, all but the vectors. Owner: the follower's thread. */
final class VectorRecords {
    private static final Logger LOG = LoggerFactory.getLogger(VectorRecords.class);

    private final AvroProjection projection;
    private final CatalogueStore store;
    private volatile long passedOver;

    VectorRecords(SchemaRegistry registry, CatalogueStore store) {
        this.projection = new AvroProjection(GalleryVector.getClassSchema(), Set.of("vector"), registry);
        this.store = store;
    }

    /**
     * A record that is no vector is passed over: the first is logged, the others are counted.
     *
     * @throws org.apache.kafka.common.errors.ApiException where the schema registry can't be asked: nothing is known about the record
     */
    void apply(ConsumerRecord<byte[], byte[]> record) {
        try {
            GalleryKey key = GalleryKey.parse(record.key() == null ? "" : RecordHeaders.utf8(record.key()).orElse(""));
            if (record.value() == null) {
                store.remove(key.gallery(), key.id(), epoch(record));
            } else {
                GenericRecord vector = projection.decode(record.value());
                store.put(key.gallery(), key.id(), new CatalogueEntry((String) vector.get("label"), (String) vector.get("attributes"), (long) vector.get("epoch"), (String) vector.get("model"),
                        (String) vector.get("error")));
            }
        } catch (InvalidRequestException | SerializationException e) {
            if (passedOver == 0) {
                LOG.warn("catalogue: {}-{}@{} passed over: {} (further ones are counted only)", record.topic(), record.partition(), record.offset(), e.getMessage());
            }
            passedOver++;
        }
    }

    /** A tombstone without an epoch removes its entry all the same. */
    private static long epoch(ConsumerRecord<byte[], byte[]> record) {
        try {
            return RecordHeaders.text(record.headers(), RecordHeaders.EPOCH).map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    long passedOver() {
        return passedOver;
    }
}
