package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;

/** Rebuilds that were asked for and are not done. Any thread asks, the rebuilder's serves. */
final class RebuildRequests implements AutoCloseable {
    private static final int MAX_WAITING = 1000;

    /** One rebuild. Served by the rebuilder's thread. */
    static final class Request {
        private final String gallery;
        private final CompletableFuture<Void> future = new CompletableFuture<>();
        /** Generation when it was first tried; -1: it was not yet. */
        private long before = -1;

        Request(String gallery) {
            this.gallery = gallery;
        }

        String gallery() {
            return gallery;
        }

        /**
         * Rebuilds, unless another worker has done it since the first try.
         *
         * @throws IndexUnavailableException to be served again later; the future is not complete
         */
        void serve(GalleryIndex index, Runnable rebuild) {
            try {
                long generation = index.stats(gallery).generation();
                if (before < 0 || generation == before) {
                    before = generation;
                    rebuild.run();
                }
                future.complete(null);
            } catch (IndexUnavailableException | KafkaException e) {
                throw e;
            } catch (RuntimeException e) {
                future.completeExceptionally(e);
            }
        }
    }

    private final Map<String, Request> waiting = new LinkedHashMap<>();
    private boolean closed;

    synchronized CompletableFuture<Void> add(String gallery) {
        Request known = waiting.get(gallery);
        if (known != null && !known.future.isDone()) {
            return known.future;
        }
        Request request = new Request(gallery);
        if (closed) {
            request.future.cancel(false);
        } else if (waiting.size() >= MAX_WAITING) {
            request.future.completeExceptionally(new IllegalStateException("rebuilds waiting: " + waiting.size() + " (expected: fewer)"));
        } else {
            waiting.put(gallery, request);
        }
        return request.future;
    }

    /** In the order in which they came. */
    synchronized List<Request> all() {
        return List.copyOf(waiting.values());
    }

    synchronized void done(Request request) {
        waiting.remove(request.gallery, request);
    }

    @Override
    public synchronized void close() {
        closed = true;
        waiting.values().forEach(request -> request.future.cancel(false));
        waiting.clear();
    }
}
