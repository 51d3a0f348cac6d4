package io.sightline.connectors.bridge;

import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.GalleryCalls;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.topics.GalleryKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Sends edits and waits for what their senders wait for. Thread-safe; nothing blocks. Each wait ends at the request time-out. */
final class GalleryEditor {
    /** An edit that has come as far as it was to. */
    record Edited(GalleryKey key, long epoch, EditWait until) {
    }

    /** An edit on the log is in the catalogue within some hundred milliseconds, unless workers are busy or away. */
    private static final long LOGGED_MS = 2000;

    /** Between two attempts of an edit that found no room among the calls in flight. */
    private static final long AGAIN_MS = 20;

    private final GalleryCalls calls;
    private final Optional<GalleryCatalogue> catalogue;
    private final long timeoutMs;
    /** By gallery the last edit whose sender did not wait until it was in the catalogue. */
    private final Map<String, Long> logged = new ConcurrentHashMap<>();

    GalleryEditor(GalleryCalls calls, Optional<GalleryCatalogue> catalogue, int timeoutMs) {
        this.calls = calls;
        this.catalogue = catalogue;
        this.timeoutMs = timeoutMs;
    }

    /** Completes exceptionally, with what the worker says, where the edit is refused. @param entry null: removes the entry */
    CompletableFuture<Edited> edit(String requestId, GalleryKey key, GalleryEntry entry, EditWait wait) {
        long endNs = System.nanoTime() + Duration.ofMillis(timeoutMs).toNanos();
        return send(requestId, key, entry, wait).thenCompose(edited -> settled(key.gallery(), edited.epoch(), wait, endNs).thenApply(nothing -> edited));
    }

    /** As {@link #edit}, but without waiting for the catalogue and the workers: for many edits, {@link #settled} comes after the last. */
    CompletableFuture<Edited> send(String requestId, GalleryKey key, GalleryEntry entry, EditWait wait) {
        Duration timeout = Duration.ofMillis(timeoutMs);
        CompletableFuture<RecognitionResult> answer = wait == EditWait.LOGGED ? calls.log(requestId, key, entry, timeout) : calls.edit(requestId, key, entry, timeout);
        return answer.thenApply(result -> {
            if (result.getStatus() != RecognitionStatus.RECOGNISED) {
                throw Problems.of(result);
            }
            if (result.getLineage().getGalleryEpoch() == null) {
                throw new ReplyException(Reason.UNREADABLE, "the answer to the edit names no epoch (expected: a worker of this version)");
            }
            if (wait == EditWait.LOGGED) {
                logged.merge(key.gallery(), result.getLineage().getGalleryEpoch(), Math::max);
            }
            return new Edited(key, result.getLineage().getGalleryEpoch(), wait);
        });
    }

    /**
     * As {@link #send}, for one of many edits: one that finds no room among the calls in flight is sent again, as long as a call may take.
     *
     * @param loop where it is sent again
     * @param over asked before each attempt: true once nobody waits for the edit any more, which is not sent then
     */
    CompletableFuture<Edited> sendWhenThereIsRoom(GalleryKey key, GalleryEntry entry, EditWait wait, ScheduledExecutorService loop, BooleanSupplier over) {
        long endNs = System.nanoTime() + Duration.ofMillis(timeoutMs).toNanos();
        CompletableFuture<Edited> done = new CompletableFuture<>();
        new Runnable() {
            @Override
            public void run() {
                if (over.getAsBoolean()) {
                    done.cancel(false);
                    return;
                }
                send(UUID.randomUUID().toString(), key, entry, wait).whenComplete((edited, error) -> {
                    if (error == null) {
                        done.complete(edited);
                    } else if (noRoom(error) && System.nanoTime() - endNs < 0) {
                        loop.schedule(this, AGAIN_MS, TimeUnit.MILLISECONDS);
                    } else {
                        done.completeExceptionally(error);
                    }
                });
            }
        }.run();
        return done;
    }

    /** The bridge's own calls, or the worker's. */
    private static boolean noRoom(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return cause instanceof ReplyException reply ? reply.reason() == Reason.OVERLOADED : cause instanceof HttpProblem problem && problem.code() == ErrorCode.OVERLOADED;
    }

    /**
     * Completes, always well, once the catalogue has what was sent here to be logged only, or shortly after: an edit that turns out to be bad
     * never gets there, and is waited for once.
     */
    CompletableFuture<Void> loggedSeen(String gallery) {
        Long epoch = logged.get(gallery);
        if (epoch == null || catalogue.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return catalogue.get().awaitEpoch(gallery, epoch, Duration.ofMillis(Math.min(LOGGED_MS, timeoutMs))).thenAccept(reached -> logged.remove(gallery, epoch));
    }

    /** Waits until what was accepted is to be seen: by those who search, where that is waited for, and in the catalogue. */
    CompletableFuture<Void> settled(String gallery, long epoch, EditWait wait) {
        return settled(gallery, epoch, wait, System.nanoTime() + Duration.ofMillis(timeoutMs).toNanos());
    }

    private CompletableFuture<Void> settled(String gallery, long epoch, EditWait wait, long endNs) {
        CompletableFuture<Void> searchable = wait == EditWait.SEARCHABLE ? calls.awaitEverywhere(gallery, epoch, left(endNs)) : CompletableFuture.completedFuture(null);
        if (wait == EditWait.LOGGED || catalogue.isEmpty()) {
            return searchable;
        }
        return searchable.thenCompose(nothing -> catalogue.get().awaitEpoch(gallery, epoch, left(endNs))).thenAccept(reached -> {
            if (!reached) {
                throw new ReplyException(Reason.TIMEOUT, "accepted with epoch " + epoch + ", but not yet in the catalogue after " + timeoutMs + " ms (expected: there; it will be soon)");
            }
        });
    }

    private static Duration left(long endNs) {
        return Duration.ofNanos(Math.max(0, endNs - System.nanoTime()));
    }
}
