package io.sightline.connectors.bridge;

import io.sightline.connectors.bridge.GalleryEditor.Edited;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.schemas.topics.GalleryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Removes all entries of a gallery that the catalogue has, page by page, so many edits at once. The edits of a gallery are worked on in
 * order: all but the last one are only logged, and the answer to the last one stands for all.
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

    CompletableFuture<Dropped> all(GalleryCatalogue catalogue, String gallery, EditWait wait) {
        return page(catalogue, gallery, null, new Dropped(0, catalogue.summary(gallery).orElseThrow().epoch()), wait);
    }

    private CompletableFuture<Dropped> page(GalleryCatalogue catalogue, String gallery, String after, Dropped sofar, EditWait wait) {
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
        CompletableFuture<?>[] logged = ids.stream().map(id -> editor.send(requestId(), new GalleryKey(gallery, id), null, EditWait.LOGGED)).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(logged)
                .thenCompose(nothing -> more ? editor.send(requestId(), new GalleryKey(gallery, last), null, EditWait.LOGGED)
                        : editor.edit(requestId(), new GalleryKey(gallery, last), null, wait))
                .thenCompose((Edited edited) -> {
                    Dropped now = new Dropped(sofar.removed() + ids.size() + 1, edited.epoch());
                    return more ? page(catalogue, gallery, last, now, wait) : CompletableFuture.completedFuture(now);
                });
    }

    private static String requestId() {
        return UUID.randomUUID().toString();
    }
}
