package io.sightline.topology.history;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.gallery.BadVectorException;
import io.sightline.topology.gallery.VectorDecoder;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The records behind a history, fetched one by one as they are needed. Owner: one thread. */
final class HistoryRecords implements AutoCloseable {
    private final Map<String, Object> client;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final ToIntFunction<String> partitions;
    private RecordEngine<GalleryOutcome> embedding;
    private RecordFetcher vectors;
    private RecordFetcher edits;

    /** @param partitions where a gallery is */
    HistoryRecords(Map<String, Object> client, Topics topics, SchemaRegistry registry, ToIntFunction<String> partitions) {
        this.client = client;
        this.topics = topics;
        this.registry = registry;
        this.partitions = partitions;
    }

    /** What makes vectors of edits that have none. */
    void embedWith(RecordEngine<GalleryOutcome> engine) {
        embedding = engine;
    }

    /** Empty: gone, or no vector of that model. */
    Optional<GalleryEdit.Put> vector(String gallery, long offset, GalleryModel model) {
        if (vectors == null) {
            vectors = new RecordFetcher(client, topics.name(Topic.GALLERY_VECTORS), true);
        }
        return vectors.fetch(partitions.applyAsInt(gallery), offset).flatMap(record -> {
            try {
                return new VectorDecoder(registry, GalleryModels.same(model)).decode(record) instanceof GalleryEdit.Put put ? Optional.of(put) : Optional.empty();
            } catch (BadVectorException e) {
                return Optional.empty();
            }
        });
    }

    /** Begins to embed an edit; empty: it is gone. */
    Optional<RecordRun<GalleryOutcome>> embed(String gallery, long epoch) {
        if (edits == null) {
            edits = new RecordFetcher(client, topics.name(Topic.GALLERY), true);
        }
        return edits.fetch(partitions.applyAsInt(gallery), epoch - 1).map(record -> embedding.start(
                new InputRecord(record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), record.value(), record.headers())));
    }

    @Override
    public void close() {
        if (vectors != null) {
            vectors.close();
        }
        if (edits != null) {
            edits.close();
        }
    }
}
