package io.sightline.app.bench;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
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

    private BareLoop(PipelineModels models, PipelineRules pipeline, ImageDecoder decoder, GalleryIndex index, String gallery, int maxCrops) {
        this.models = models;
        this.pipeline = pipeline;
        this.decoder = decoder;
        this.index = index;
        this.gallery = gallery;
        this.maxCrops = maxCrops;
    }

    /** Of what a worker runs, on the demo's gallery. */
    static BareLoop of(SightlineConfig config, WorkerRuntime worker) {
        ImageDecoder decoder = new ImageDecoder(config.limits(), new PixelBudget(config.stages().maxLivePixels(), config.stages().maxPixelsWaitMs()));
        return new BareLoop(worker.defaultModels(), worker.defaultRules(), decoder, worker.index(), DemoGallery.NAME, config.stages().embed().maxBatch());
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

    /** Stages for one thread, kept open between calls. */
    Serial serial() {
        return new Serial();
    }

    /** Recognises one picture after the other. Used by one thread. */
    final class Serial implements AutoCloseable {
        private final DetectFunction detect = new DetectFunction(models.detector().orElseThrow(), pipeline.detect().orElseThrow(), 1);
        private final EmbedFunction embed = new EmbedFunction(models.embedder().orElseThrow(), maxCrops);

        private Serial() {
        }

        void recognise(byte[] picture) throws Exception {
            BareLoop.this.recognise(picture, detect, embed);
        }

        @Override
        public void close() {
            detect.close();
            embed.close();
        }
    }

    private void loop(List<byte[]> pictures, int count, AtomicInteger next) {
        try (Serial stages = serial()) {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                stages.recognise(pictures.get(i % pictures.size()));
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
