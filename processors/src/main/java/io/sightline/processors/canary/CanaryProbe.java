package io.sightline.processors.canary;

import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.recognition.Pipeline;
import io.sightline.processors.recognition.StageNames;
import io.sightline.processors.stage.ItemOwner;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.Staged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One picture's way through a pipeline's stage engines, those that requests go through: the same sessions, the same lanes, in batches with requests.
 * Every model sees the whole picture, whatever the detector finds. Owned by one thread, which waits.
 */
final class CanaryProbe implements ItemOwner {
    private final CanaryPicture picture;
    private final long endNs;
    private final AtomicBoolean over = new AtomicBoolean();

    /** @param timeoutMs from now on */
    CanaryProbe(CanaryPicture picture, long timeoutMs) {
        this.picture = picture;
        this.endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    @Override
    public boolean wants() {
        return !over.get();
    }

    @Override
    public boolean counts() {
        return false;
    }

    @Override
    public String requestId() {
        return "canary-" + picture.key();
    }

    /**
     * By stage.
     *
     * @throws TimeoutException the stages have too much else to do
     * @throws ExecutionException a stage is broken or closed
     * @throws IllegalStateException a stage refused the picture
     */
    Map<String, CanaryValue> through(StageEngine<byte[], DecodedImage> decode, Pipeline pipeline) throws InterruptedException, TimeoutException, ExecutionException {
        try {
            DecodedImage image = value(await(decode.submit(picture.jpeg(), this)));
            List<CompletableFuture<?>> readers = new ArrayList<>();
            Map<String, CompletableFuture<CanaryValue>> values = new HashMap<>();
            try {
                if (pipeline.detect().isPresent()) {
                    values.put(StageNames.DETECT, read(pipeline.detect().get().submit(image, this), readers).thenApply(staged -> CanaryValue.boxes(value(staged))));
                }
                if (pipeline.classify().isPresent()) {
                    values.put(StageNames.CLASSIFY, read(pipeline.classify().get().submit(new ClassifyItem.Rectangle(Crop.whole(image)), this), readers).thenApply(staged -> CanaryValue.classes(value(staged))));
                }
                if (pipeline.embed().isPresent()) {
                    values.put(StageNames.EMBED, read(pipeline.embed().get().submit(Crop.whole(image), this), readers).thenApply(staged -> CanaryValue.embedding(value(staged))));
                }
            } finally {
                // Not before the last stage has let go of it, however long we wait.
                CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).whenComplete((nothing, error) -> image.close());
            }
            Map<String, CanaryValue> seen = new HashMap<>();
            for (Map.Entry<String, CompletableFuture<CanaryValue>> value : values.entrySet()) {
                seen.put(value.getKey(), value.getValue().get(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS));
            }
            return seen;
        } finally {
            over.set(true);
        }
    }

    private static <T> CompletableFuture<Staged<T>> read(CompletableFuture<Staged<T>> reader, List<CompletableFuture<?>> readers) {
        readers.add(reader);
        return reader;
    }

    /** A picture that is decoded too late is freed by its stage. */
    private Staged<DecodedImage> await(CompletableFuture<Staged<DecodedImage>> decoded) throws InterruptedException, TimeoutException, ExecutionException {
        try {
            return decoded.get(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | InterruptedException e) {
            if (!decoded.cancel(false)) {
                decoded.thenAccept(staged -> value(staged).close());
            }
            throw e;
        }
    }

    private <T> T value(Staged<T> staged) {
        if (staged.result() instanceof StageResult.Accepted<T> accepted) {
            return accepted.value();
        }
        throw new IllegalStateException("picture " + picture.key() + " was refused: " + ((StageResult.Rejected<T>) staged.result()).message());
    }
}
