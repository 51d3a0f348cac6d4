package io.sightline.connectors.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CatalogueStoreTest {
    private final CatalogueStore store = new CatalogueStore(3);

    private void put(String gallery, String id, long epoch, String model) {
        store.put(gallery, id, new CatalogueEntry("label of " + id, "{}", epoch, model, null));
    }

    @Test
    void shouldCountEntriesAndModelsThroughAllEdits() {
        put("g", "a", 1, "m1");
        put("g", "b", 2, "m1");
        put("g", "a", 3, "m2");
        assertThat(store.summary("g")).contains(new GallerySummary("g", 2, 3, Map.of("m1", 1, "m2", 1)));
        store.remove("g", "b", 4);
        store.remove("g", "none", 5);
        assertThat(store.summary("g")).contains(new GallerySummary("g", 1, 5, Map.of("m2", 1)));
        assertThat(store.entry("g", "a")).hasValueSatisfying(entry -> assertThat(entry.epoch()).isEqualTo(3));
        assertThat(store.entry("g", "b")).isEmpty();
    }

    @Test
    void shouldNotGoBackInEpochs() {
        put("g", "a", 7, "m");
        store.remove("g", "a", 0);
        assertThat(store.epoch("g")).isEqualTo(7);
        assertThat(store.epoch("unknown")).isZero();
    }

    @Test
    void shouldHoldNothingAnyMoreWhenThereIsOneEntryTooMuchButFollowEpochs() {
        put("g", "a", 1, "m");
        put("g", "b", 2, "m");
        put("h", "a", 1, "m");
        put("h", "a", 2, "m");
        assertThat(store.overfull()).isFalse();
        put("h", "b", 3, "m");
        assertThat(store.overfull()).isTrue();
        assertThat(store.summaries()).extracting(GallerySummary::entries).containsExactly(0, 0);
        put("g", "c", 9, "m");
        assertThat(store.entry("g", "c")).isEmpty();
        assertThat(store.epoch("g")).isEqualTo(9);
    }

    @Test
    void shouldCompleteThoseWhoWaitWhenTheEpochIsReachedAndNotBefore() {
        EpochWaiters waiters = new EpochWaiters(store);
        put("g", "a", 1, "m");
        CompletableFuture<Boolean> there = waiters.await("g", 1, 60_000);
        CompletableFuture<Boolean> next = waiters.await("g", 2, 60_000);
        CompletableFuture<Boolean> other = waiters.await("other", 1, 60_000);
        assertThat(there).isCompletedWithValue(true);
        waiters.look();
        assertThat(next).isNotDone();
        store.remove("g", "a", 2);
        waiters.look();
        assertThat(next).isCompletedWithValue(true);
        assertThat(other).isNotDone();
        assertThat(waiters.size()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpWaitingWhenTheTimeIsOver() {
        EpochWaiters waiters = new EpochWaiters(store);
        assertThat(waiters.await("g", 1, 1)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
        assertThat(waiters.size()).isZero();
    }
}
