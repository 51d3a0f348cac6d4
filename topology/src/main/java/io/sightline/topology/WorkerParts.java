package io.sightline.topology;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.gallery.GalleryCheckpoint;
import io.sightline.topology.lookahead.LookAheadSettings;

/**
 * What a worker is made of. The engines and the index are the maker's to close, after the worker.
 *
 * @param recognition works on requests
 * @param gallery works on gallery edits
 * @param index filled by the worker from gallery-vectors
 * @param galleryModels whose vectors the index holds
 * @param stale the same as the gallery engine's
 * @param checkpoint keeps the index between starts
 */
public record WorkerParts(
        Topics topics,
        SchemaRegistry registry,
        StreamsSettings streams,
        LookAheadSettings lookAhead,
        RecordEngine<RecognitionOutcome> recognition,
        RecordEngine<GalleryOutcome> gallery,
        GalleryIndex index,
        GalleryModels galleryModels,
        StaleEntries stale,
        GalleryCheckpoint checkpoint) {
}
