package io.sightline.connectors.bridge;

import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.GalleryCalls;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.topics.GalleryKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Sends edits and waits for what their senders wait for. Thread-safe; nothing blocks. Each wait ends at the request time-out. */
final class GalleryEditor {
    /** An edit that has come as far as it was to. */
    record Edited(GalleryKey key, long epoch, EditWait until) {
    }

    /** An edit on the log is in the catalogue within some hundred milliseconds, unless workers are busy or away. */
    private static final long LOGGED_MS = 2000;

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
