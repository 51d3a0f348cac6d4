package io.sightline.topology;

import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.streams.GalleryPartitioner;
import io.sightline.processors.streams.PublishGalleryProcessor;
import io.sightline.processors.streams.PublishRecognitionProcessor;
import io.sightline.processors.streams.RunSource;
import io.sightline.processors.streams.StageProcessor;
import io.sightline.processors.streams.StartProcessor;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The topology, a pure function of names, engines and registry. Two sub-topologies, each one chain on one stream thread:
 *
 * <pre>
 * requests → start → decode → detect → embed → lookup → publish → results, dead-letters
 * gallery → gallery.start → gallery.decode → … → gallery.publish → gallery-vectors, gallery.dead-letters, gallery.results
 * </pre>
 *
 * The stages in between are the engines' own. Between the nodes goes a reference to the record's run, never a picture; a rejected
 * record leaves for publishing at the stage that rejected it.
 */
public final class RecognitionTopology {
    private static final ByteArrayDeserializer IN = new ByteArrayDeserializer();
    private static final ByteArraySerializer OUT = new ByteArraySerializer();
    /** Streams silently drops records with a negative timestamp: those get the time at which they are met. */
    private static final TimestampExtractor TIMESTAMPS =
            (record, partitionTime) -> record.timestamp() >= 0 ? record.timestamp() : System.currentTimeMillis();

    private final Topics topics;
    private final SchemaRegistry registry;

    private RecognitionTopology(Topics topics, SchemaRegistry registry) {
        this.topics = topics;
        this.registry = registry;
    }

    /** Without look-ahead: each record's work is started and waited for in turn. */
    public static Topology build(Topics topics, SchemaRegistry registry, RecordEngine<RecognitionOutcome> recognition,
            RecordEngine<GalleryOutcome> gallery) {
        return build(topics, registry, recognition, RunSource.none(), gallery, RunSource.none());
    }

    /**
     * @param recognitionRuns where the runs started ahead for requests are picked up
     * @param galleryRuns where the runs started ahead for gallery edits are picked up
     */
    public static Topology build(Topics topics, SchemaRegistry registry,
            RecordEngine<RecognitionOutcome> recognition, RunSource<RecognitionOutcome> recognitionRuns,
            RecordEngine<GalleryOutcome> gallery, RunSource<GalleryOutcome> galleryRuns) {
        RecognitionTopology builder = new RecognitionTopology(topics, registry);
        Topology topology = new Topology();
        builder.addRequests(topology, recognition, recognitionRuns);
        builder.addGallery(topology, gallery, galleryRuns);
        return topology;
    }

    private void addRequests(Topology topology, RecordEngine<RecognitionOutcome> engine, RunSource<RecognitionOutcome> runs) {
        String results = topics.name(Topic.RESULTS);
        addStages(topology, Topic.REQUESTS, "", engine, runs);
        topology.addProcessor("publish",
                () -> new PublishRecognitionProcessor(new AvroCodec<>(RecognitionResult.class, registry), results, "results", "dead-letters"),
                publishParents("", engine));
        topology.addSink("results", results, OUT, OUT, "publish");
        topology.addSink("dead-letters", topics.name(Topic.DEAD_LETTERS), OUT, OUT, "publish");
    }

    private void addGallery(Topology topology, RecordEngine<GalleryOutcome> engine, RunSource<GalleryOutcome> runs) {
        String vectors = topics.name(Topic.GALLERY_VECTORS);
        String results = topics.name(Topic.RESULTS);
        addStages(topology, Topic.GALLERY, "gallery.", engine, runs);
        topology.addProcessor("gallery.publish",
                () -> new PublishGalleryProcessor(new AvroCodec<>(GalleryVector.class, registry), vectors, new AvroCodec<>(RecognitionResult.class, registry), results,
                        new PublishGalleryProcessor.Sinks("gallery-vectors", "gallery.dead-letters", "gallery.results")),
                publishParents("gallery.", engine));
        topology.addSink("gallery-vectors", vectors, OUT, OUT, new GalleryPartitioner(), "gallery.publish");
        topology.addSink("gallery.dead-letters", topics.name(Topic.DEAD_LETTERS), OUT, OUT, "gallery.publish");
        topology.addSink("gallery.results", results, OUT, OUT, "gallery.publish");
    }

    /** The source, the start and one processor for each of the engine's stages; the publishing processor is the caller's. */
    private <O> void addStages(Topology topology, Topic source, String prefix, RecordEngine<O> engine, RunSource<O> runs) {
        List<String> stages = engine.stages();
        // earliest: what was asked before the first worker came is answered too.
        topology.addSource(AutoOffsetReset.earliest(), source.baseName(), TIMESTAMPS, IN, IN, topics.name(source));
        topology.addProcessor(prefix + "start", () -> new StartProcessor<>(engine, runs), source.baseName());
        String parent = prefix + "start";
        for (int i = 0; i < stages.size(); i++) {
            String stage = stages.get(i);
            String next = i + 1 < stages.size() ? prefix + stages.get(i + 1) : prefix + "publish";
            topology.addProcessor(prefix + stage, () -> new StageProcessor<O>(stage, next, prefix + "publish"), parent);
            parent = prefix + stage;
        }
    }

    private static String[] publishParents(String prefix, RecordEngine<?> engine) {
        List<String> stages = engine.stages();
        return stages.isEmpty() ? new String[] {prefix + "start"} : stages.stream().map(stage -> prefix + stage).toArray(String[]::new);
    }
}
