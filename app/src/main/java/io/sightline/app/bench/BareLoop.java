package io.sightline.app.bench;

import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.recognition.PipelineModels;
import io.sightline.processors.recognition.PipelineRules;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageResult.Accepted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the pipeline is measured against: the same stages called one after the other in a loop, each thread with sessions of its own, no
 * queues, no Kafka. One picture at a time; its crops are one batch.
 */
final class BareLoop {
    private final PipelineModels models;
    private final PipelineRules pipeline;
    private final ImageDecoder decoder;
    private final GalleryIndex index;
    private final String gallery;
    private final int maxCrops;

    BareLoop(PipelineModels models, PipelineRules pipeline, ImageDecoder decoder, GalleryIndex index, String gallery, int maxCrops) {
        this.models = models;
        this.pipeline = pipeline;
        this.decoder = decoder;
        this.index = index;
        this.gallery = gallery;
        this.maxCrops = maxCrops;
    }

    /** @return seconds for {@code count} pictures, taken in turn from {@code pictures}, on that many threads */
    double run(List<byte[]> pictures, int count, int threads) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> loops = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        long start = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            Thread loop = new Thread(() -> loop(pictures, count, next), "bare-loop-" + t);
            loop.setUncaughtExceptionHandler((thread, e) -> failures.add(e));
            loops.add(loop);
            loop.start();
        }
        for (Thread loop : loops) {
            loop.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("bare loop failed", failures.get(0));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void loop(List<byte[]> pictures, int count, AtomicInteger next) {
        try (DetectFunction detect = new DetectFunction(models.detector().orElseThrow(), pipeline.detect().orElseThrow(), 1);
                EmbedFunction embed = new EmbedFunction(models.embedder().orElseThrow(), maxCrops)) {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                recognise(pictures.get(i % pictures.size()), detect, embed);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void recognise(byte[] picture, DetectFunction detect, EmbedFunction embed) throws Exception {
        try (DecodedImage image = value(decoder.decode(picture))) {
            List<DetectedBox> boxes = value(detect.apply(List.of(image), new BatchClock()).get(0));
            List<Crop> crops = boxes.stream().map(box -> new Crop(image, box.x1(), box.y1(), box.x2(), box.y2())).toList();
            List<float[]> embeddings = new ArrayList<>();
            for (int from = 0; from < crops.size(); from += maxCrops) {
                for (StageResult<float[]> result : embed.apply(crops.subList(from, Math.min(crops.size(), from + maxCrops)), new BatchClock())) {
                    embeddings.add(value(result));
                }
            }
            if (!embeddings.isEmpty()) {
                index.search(gallery, embeddings, pipeline.topK(), pipeline.matchThreshold());
            }
        }
    }

    private static <T> T value(StageResult<T> result) {
        if (result instanceof Accepted<T> accepted) {
            return accepted.value();
        }
        throw new IllegalStateException("a benchmark picture was rejected: " + result);
    }
}
