package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class PixelBudgetTest {
    private final PixelBudget budget = new PixelBudget(100, 20_000);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void shouldGivePixelsBackExactlyOnce() throws Exception {
        // given
        PixelBudget.Share share = budget.take(60);
        assertThat(budget.freePixels()).isEqualTo(40);

        // when
        share.close();
        share.close();

        // then
        assertThat(budget.freePixels()).isEqualTo(100);
    }

    @Test
    void shouldWaitUntilOthersHaveGivenTheirsBack() throws Exception {
        // given
        PixelBudget.Share first = budget.take(60);
        CompletableFuture<PixelBudget.Share> second = taking(50);
        await().until(() -> budget.waiting() == 1);
        assertThat(second).isNotDone();

        // when
        first.close();

        // then
        assertThat(second.get(90, TimeUnit.SECONDS)).isNotNull();
        assertThat(budget.freePixels()).isEqualTo(50);
    }

    @Test
    void shouldNotStarveALargePictureBySmallOnes() throws Exception {
        // given: a large one waits
        PixelBudget.Share first = budget.take(50);
        List<String> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> large = taking(100).thenAccept(share -> {
            order.add("large");
            share.close();
        });
        await().until(() -> budget.waiting() == 1);

        // when: a small one, for which there would be room, comes after it
        CompletableFuture<Void> small = taking(10).thenAccept(share -> {
            order.add("small");
            share.close();
        });
        await().until(() -> budget.waiting() == 2);
        first.close();
        CompletableFuture.allOf(large, small).get(90, TimeUnit.SECONDS);

        // then
        assertThat(order).containsExactly("large", "small");
        assertThat(budget.freePixels()).isEqualTo(100);
    }

    @Test
    void shouldNotWaitForEver() throws Exception {
        // given
        PixelBudget impatient = new PixelBudget(100, 10);

        // when, then
        try (PixelBudget.Share all = impatient.take(100)) {
            assertThatThrownBy(() -> impatient.take(1)).isInstanceOf(TimeoutException.class)
                    .hasMessageStartingWith("image: waited 10 ms for room for 1 pixels, 0 of 100 are free (expected: ");
        }
    }

    @Test
    void shouldAllowTheWholeBudgetAtOnceAndNotOneMore() throws Exception {
        budget.take(100).close();
        assertThatThrownBy(() -> budget.take(101)).hasMessage("pixels: 101 (expected: 0..100)");
        assertThatThrownBy(() -> budget.take(-1)).hasMessage("pixels: -1 (expected: 0..100)");
    }

    @Test
    void shouldRefuseABudgetOfNothing() {
        assertThatThrownBy(() -> new PixelBudget(0, 1)).hasMessage("pixel budget: 0 (expected: 1..2147483647)");
        assertThatThrownBy(() -> new PixelBudget(1L << 31, 1)).hasMessage("pixel budget: 2147483648 (expected: 1..2147483647)");
    }

    @Test
    void shouldHandPartsOfAShareOver() throws Exception {
        // given
        PixelBudget.Share all = budget.take(80);
        PixelBudget.Share part = all.split(30);

        // when
        all.close();

        // then
        assertThat(budget.freePixels()).isEqualTo(70);
        assertThatThrownBy(() -> part.split(31)).hasMessageContaining("31 (expected: at most 30");
        part.close();
        assertThat(budget.freePixels()).isEqualTo(100);
    }

    @Test
    void shouldComeOutEvenAfterManyThreadsHaveUsedIt() throws Exception {
        // given
        CompletableFuture<?>[] users = new CompletableFuture<?>[8];

        // when
        for (int i = 0; i < users.length; i++) {
            int pixels = 10 + i * 12;
            users[i] = CompletableFuture.runAsync(() -> {
                for (int round = 0; round < 200; round++) {
                    try (PixelBudget.Share share = budget.take(pixels)) {
                        assertThat(budget.freePixels()).isBetween(0L, 100L - pixels);
                    } catch (InterruptedException | TimeoutException e) {
                        throw new AssertionError(e);
                    }
                }
            }, threads);
        }
        CompletableFuture.allOf(users).get(90, TimeUnit.SECONDS);

        // then
        assertThat(budget.freePixels()).isEqualTo(100);
    }

    private CompletableFuture<PixelBudget.Share> taking(long pixels) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return budget.take(pixels);
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }, threads);
    }
}
