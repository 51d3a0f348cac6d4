package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Makes edits of the records of gallery-vectors. Owner: one thread. */
public final class VectorDecoder {
    private final AvroCodec<GalleryVector> codec;
    private final GalleryModels models;

    public VectorDecoder(SchemaRegistry registry, GalleryModels models) {
        this.codec = new AvroCodec<>(GalleryVector.class, registry);
        this.models = models;
    }

    /** @throws BadVectorException where the record is no edit for this index */
    public GalleryEdit decode(ConsumerRecord<byte[], byte[]> record) {
        GalleryKey key = key(record);
        if (record.value() == null) {
            return new GalleryEdit.Remove(key.gallery(), key.id(), epoch(record), record.offset());
        }
        GalleryVector vector;
        try {
            vector = codec.decode(record.value());
        } catch (SerializationException e) {
            throw new BadVectorException("undecodable", e.getMessage());
        }
        GalleryModel model = models.of(key.gallery());
        if (!vector.getModel().equals(model.id())) {
            throw BadVectorException.otherModel(vector.getEpoch(), "model: " + vector.getModel() + " (expected: " + model.id() + ")");
        }
        if (vector.getError() != null) {
            return new GalleryEdit.Remove(key.gallery(), key.id(), vector.getEpoch(), record.offset());
        }
        return new GalleryEdit.Put(key.gallery(), key.id(), vector.getEpoch(), record.offset(), vector.getLabel(), vector.getAttributes(),
                unit(vector.getVector(), model.dimension()));
    }

    private static GalleryKey key(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            throw new BadVectorException("bad key", "key: none (expected: gallery/id)");
        }
        String text = RecordHeaders.utf8(record.key()).orElseThrow(() -> new BadVectorException("bad key", "key: not UTF-8 (expected: gallery/id)"));
        try {
            return GalleryKey.parse(text);
        } catch (InvalidRequestException e) {
            throw new BadVectorException("bad key", e.getMessage());
        }
    }

    private static long epoch(ConsumerRecord<byte[], byte[]> record) {
        String text = RecordHeaders.text(record.headers(), RecordHeaders.EPOCH)
                .orElseThrow(() -> new BadVectorException("no epoch", "tombstone without header epoch (expected: the edit's number)"));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadVectorException("no epoch", "header epoch: '" + text + "' (expected: a number)");
        }
    }

    private static float[] unit(List<Float> values, int dimension) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        try {
            return UnitVectors.of(floats, dimension);
        } catch (IllegalArgumentException e) {
            throw new BadVectorException("unfit vector", e.getMessage());
        }
    }
}
