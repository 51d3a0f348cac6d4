package io.sightline.connectors.bridge;

import io.sightline.connectors.bridge.GalleryEditor.Edited;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.schemas.topics.GalleryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Removes all entries of a gallery that the catalogue has, page by page, so many edits at once. The edits of a gallery are worked on in
 * order: all but the last one are only logged, and the answer to the last one stands for all. What finds no room among the calls in flight
 * is tried again.
 */
final class GalleryDrop {
    /** @param epoch of the last removal; of the gallery where there was nothing to remove */
    record Dropped(int removed, long epoch) {
    }

    private final GalleryEditor editor;
    private final int atOnce;

    GalleryDrop(GalleryEditor editor, int atOnce) {
        this.editor = editor;
        this.atOnce = atOnce;
    }

    /** @param loop where removals are tried again */
    CompletableFuture<Dropped> all(GalleryCatalogue catalogue, String gallery, EditWait wait, ScheduledExecutorService loop) {
        return page(catalogue, gallery, null, new Dropped(0, catalogue.summary(gallery).orElseThrow().epoch()), wait, loop);
    }

    private CompletableFuture<Dropped> page(GalleryCatalogue catalogue, String gallery, String after, Dropped sofar, EditWait wait, ScheduledExecutorService loop) {
        // One more than is removed now: whether there is a next page decides who waits.
        List<String> ids = new ArrayList<>(catalogue.page(gallery, after, atOnce + 1).keySet());
        if (ids.isEmpty()) {
            return CompletableFuture.completedFuture(sofar);
        }
        boolean more = ids.size() > atOnce;
        if (more) {
            ids.remove(atOnce);
        }
        String last = ids.remove(ids.size() - 1);
        CompletableFuture<?>[] logged = ids.stream().map(id -> remove(gallery, id, EditWait.LOGGED, loop)).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(logged)
                .thenCompose(nothing -> more ? remove(gallery, last, EditWait.LOGGED, loop)
                        : remove(gallery, last, wait, loop).thenCompose(edited -> editor.settled(gallery, edited.epoch(), wait).thenApply(seen -> edited)))
                .thenCompose((Edited edited) -> {
                    Dropped now = new Dropped(sofar.removed() + ids.size() + 1, edited.epoch());
                    return more ? page(catalogue, gallery, last, now, wait, loop) : CompletableFuture.completedFuture(now);
                });
    }

    private CompletableFuture<Edited> remove(String gallery, String id, EditWait wait, ScheduledExecutorService loop) {
        return editor.sendWhenThereIsRoom(new GalleryKey(gallery, id), null, wait, loop, () -> false);
    }
}
