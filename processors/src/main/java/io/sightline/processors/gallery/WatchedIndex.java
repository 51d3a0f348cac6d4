package io.sightline.processors.gallery;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An index that can be waited for. Looks at what waits after each of its own writer's edits: where several workers fill one server, a wait may
 * take until this worker has come to the edit too. Thread-safe.
 */
public final class WatchedIndex implements GalleryIndex, EpochWatch {
    /** Most waits at a time. */
    static final int MAX_WAITS = 10_000;

    private record Wait(String gallery, long epoch) {
    }

    private final GalleryIndex index;
    private final ConcurrentHashMap<CompletableFuture<Void>, Wait> waits = new ConcurrentHashMap<>();
    /** A look may take as long as the index's server lets it; holds a task for each wait at most. */
    private final ExecutorService looker = Executors.newSingleThreadExecutor(WatchedIndex::lookerThread);

    /** @param index closed with this one */
    public WatchedIndex(GalleryIndex index) {
        this.index = index;
    }

    private static Thread lookerThread(Runnable work) {
        Thread thread = new Thread(work, "gallery-epochs");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public CompletableFuture<Void> reached(String gallery, long epoch) {
        if (waits.size() >= MAX_WAITS) {
            return CompletableFuture.failedFuture(new IllegalStateException("waits for an epoch: " + MAX_WAITS + " (expected: fewer)"));
        }
        CompletableFuture<Void> wait = new CompletableFuture<>();
        waits.put(wait, new Wait(gallery, epoch));
        wait.whenComplete((nothing, error) -> waits.remove(wait));
        // After it was noted: an edit that comes in between is seen by one of the two looks.
        looker.execute(() -> look(wait, gallery, epoch));
        return wait;
    }

    private void look(CompletableFuture<Void> wait, String gallery, long epoch) {
        if (wait.isDone()) {
            return;
        }
        try {
            if (index.epoch(gallery) >= epoch) {
                wait.complete(null);
            }
        } catch (RuntimeException e) {
            wait.completeExceptionally(e);
        }
    }

    /** Waits under way. */
    int waits() {
        return waits.size();
    }

    private void look() {
        if (!waits.isEmpty()) {
            waits.forEach((wait, of) -> {
                try {
                    if (index.epoch(of.gallery()) >= of.epoch()) {
                        wait.complete(null);
                    }
                } catch (IndexUnavailableException e) {
                    // The edit that was applied is none the worse for it: looked at again after the next one, or given up by who waits.
                }
            });
        }
    }

    @Override
    public void apply(List<GalleryEdit> edits) {
        index.apply(edits);
        look();
    }

    @Override
    public GallerySearch search(GalleryQuery query) {
        return index.search(query);
    }

    @Override
    public GalleryRebuild rebuild(String gallery) {
        GalleryRebuild rebuild = index.rebuild(gallery);
        return new GalleryRebuild() {
            @Override
            public void apply(List<GalleryEdit> edits) {
                rebuild.apply(edits);
            }

            @Override
            public void readTo(long offset) {
                rebuild.readTo(offset);
            }

            @Override
            public void commit() {
                rebuild.commit();
                look();
            }

            @Override
            public void close() {
                rebuild.close();
            }
        };
    }

    @Override
    public boolean contains(String gallery) {
        return index.contains(gallery);
    }

    @Override
    public Set<String> galleries() {
        return index.galleries();
    }

    @Override
    public GalleryStats stats(String gallery) {
        return index.stats(gallery);
    }

    @Override
    public long size(String gallery) {
        return index.size(gallery);
    }

    @Override
    public long epoch(String gallery) {
        return index.epoch(gallery);
    }

    @Override
    public Optional<String> refusal(String gallery, long epoch) {
        return index.refusal(gallery, epoch);
    }

    @Override
    public Optional<String> trouble() {
        return index.trouble();
    }

    @Override
    public Optional<String> breaker() {
        return index.breaker();
    }

    @Override
    public void close() {
        looker.shutdownNow();
        waits.keySet().forEach(wait -> wait.cancel(false));
        index.close();
    }
}
