package io.sightline.app.demo;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoPictures.GalleryPicture;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import me.tongfei.progressbar.ProgressBar;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Loads a gallery of pictures as any user would: as edits on the gallery topic. */
public final class DemoGallery {
    public static final String NAME = "demo";
    private static final long PATIENCE_MS = 120_000;
    private static final long LOOK_MS = 20;

    private final String topic;
    private final Map<String, Object> client;

    public DemoGallery(SightlineConfig config, Topics topics) {
        this.topic = topics.name(Topic.GALLERY);
        this.client = new HashMap<>(config.kafka());
        client.put("max.request.size", Topics.MAX_MESSAGE_BYTES);
        client.put("buffer.memory", 2L * Topics.MAX_MESSAGE_BYTES);
    }

    /** The scenes of a folder of pictures, encoded. */
    public static List<byte[]> scenes(Path pictures) throws IOException {
        DemoPictures read = DemoPictures.read(pictures);
        List<byte[]> scenes = new ArrayList<>();
        for (DemoPictures.Scene scene : read.scenes()) {
            scenes.add(read.bytes(scene));
        }
        return scenes;
    }

    /** @param pictures folder of the pictures */
    public void load(Path pictures, GalleryIndex index) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        load(DemoPictures.read(pictures), index);
    }

    /** Sends the demo's gallery pictures and waits until all are searchable. */
    void load(DemoPictures pictures, GalleryIndex index) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        AvroCodec<GalleryEntry> codec = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
            int partitions = producer.partitionsFor(topic).size();
            for (GalleryPicture picture : pictures.gallery()) {
                GalleryKey key = new GalleryKey(NAME, Long.toString(picture.identity()));
                GalleryEntry entry = GalleryEntry.newBuilder().setGallery(key.gallery()).setId(key.id()).setLabel(picture.label())
                        .setImage(ByteBuffer.wrap(pictures.bytes(picture))).build();
                sent.add(producer.send(new ProducerRecord<>(topic, key.partition(partitions), key.toString(), codec.encode(topic, entry))));
            }
        }
        long lastEpoch = 0;
        for (Future<RecordMetadata> edit : sent) {
            lastEpoch = Math.max(lastEpoch, edit.get().offset() + 1);
        }
        awaitSearchable(index, lastEpoch, pictures.gallery().size());
    }

    private static void awaitSearchable(GalleryIndex index, long epoch, int entries) throws InterruptedException, TimeoutException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        try (ProgressBar bar = Progress.bar("gallery", entries)) {
            while (!index.contains(NAME) || index.epoch(NAME) < epoch) {
                if (System.nanoTime() > endNs) {
                    throw new TimeoutException("gallery: " + (index.contains(NAME) ? index.size(NAME) : 0) + " of " + entries + " entries searchable after " + PATIENCE_MS
                            + " ms (expected: all; see the dead letters)");
                }
                bar.stepTo(index.contains(NAME) ? index.size(NAME) : 0);
                Thread.sleep(LOOK_MS);
            }
            bar.stepTo(entries);
        }
    }
}
