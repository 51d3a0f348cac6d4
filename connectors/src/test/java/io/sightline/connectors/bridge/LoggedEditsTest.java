package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is seen of an entry whose sender did not wait until it was there. */
class LoggedEditsTest extends GalleryFixture {
    private static final byte[] IMAGE = {1, 2, 3};
    private final CountDownLatch go = new CountDownLatch(1);

    private static CompletableFuture<RawHttp.Response> later(java.util.concurrent.Callable<RawHttp.Response> call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private TestBridge withAnEditOnItsWay() throws Exception {
        edits.refuseBy(entry -> {
            try {
                return go.await(90, TimeUnit.SECONDS) ? "" : "held for too long";
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        TestBridge bridge = catalogued();
        assertThat(call(bridge, "PUT", ENTRIES + "/1?label=x&wait=logged", IMAGE).status()).isEqualTo(200);
        return bridge;
    }

    @Test
    void shouldFindAnEntryThatWasOnlyLoggedAMomentAgo() throws Exception {
        TestBridge bridge = withAnEditOnItsWay();
        CompletableFuture<RawHttp.Response> get = later(() -> without(bridge, "GET", ENTRIES + "/1"));
        await().during(java.time.Duration.ofMillis(200)).until(() -> !get.isDone());
        go.countDown();
        assertThat(get.get(90, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void shouldRemoveAnEntryThatWasOnlyLoggedAMomentAgo() throws Exception {
        TestBridge bridge = withAnEditOnItsWay();
        CompletableFuture<RawHttp.Response> remove = later(() -> without(bridge, "DELETE", ENTRIES + "/1"));
        await().during(java.time.Duration.ofMillis(200)).until(() -> !remove.isDone());
        go.countDown();
        assertThat(remove.get(90, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(edits.seen()).last().satisfies(record -> assertThat(record.value()).isNull());
        assertThat(without(bridge, "GET", ENTRIES + "/1").status()).isEqualTo(404);
    }

    @Test
    void shouldWaitForABadEditOnceAndNotLong() throws Exception {
        edits.refuseBy(entry -> "image: bad");
        TestBridge bridge = catalogued();
        assertThat(call(bridge, "PUT", ENTRIES + "/1?label=x&wait=logged", IMAGE).status()).isEqualTo(200);
        long began = System.nanoTime();
        assertThat(without(bridge, "GET", ENTRIES + "/1").status()).isEqualTo(404);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(1900L, 30_000L);
        began = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertThat(without(bridge, "GET", ENTRIES + "/1").status()).isEqualTo(404);
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).as("three times the wait would be 6 s").isLessThan(5700);
    }
}
