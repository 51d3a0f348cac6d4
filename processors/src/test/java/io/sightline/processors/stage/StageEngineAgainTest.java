package io.sightline.processors.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.tracer.StageMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items that can't be worked on now. */
@Timeout(240)
class StageEngineAgainTest {
    private final StageMeter meter = new StageMeter("test");
    /** Items that are to be tried again, and how often yet. */
    private final Map<String, AtomicInteger> away = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private StageEngine<String, String> stage;

    private StageEngine<String, String> start(StageSettings settings) {
        stage = StageEngine.start("test", settings, lane -> (items, clock) -> items.stream().map(this::answer).toList(), meter);
        return stage;
    }

    private StageResult<String> answer(String item) {
        calls.computeIfAbsent(item, added -> new AtomicInteger()).incrementAndGet();
        AtomicInteger left = away.get(item);
        return left != null && left.getAndDecrement() > 0 ? StageResult.again("server away") : StageResult.accepted(item + "!");
    }

    private static Object value(CompletableFuture<Staged<String>> future) throws Exception {
        return ((StageResult.Accepted<String>) future.get().result()).value();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void shouldTryAnItemAgainUntilItsFunctionCan() throws Exception {
        away.put("a", new AtomicInteger(4));
        start(new StageSettings(1, 4, 0, 10));
        assertThat(value(stage.submit("a"))).isEqualTo("a!");
        assertThat(calls.get("a")).hasValue(5);
        assertThat(stage.queueSize()).isZero();
        assertThat(meter.window().count()).as("counted once").isEqualTo(1);
    }

    @Test
    void shouldLetOthersPassWhileAnItemWaits() throws Exception {
        // given one lane, and an item that can't be done for now
        away.put("stuck", new AtomicInteger(Integer.MAX_VALUE));
        start(new StageSettings(1, 4, 0, 10));
        CompletableFuture<Staged<String>> stuck = stage.submit("stuck");
        // when, then
        for (int i = 0; i < 50; i++) {
            assertThat(value(stage.submit("other" + i))).isEqualTo("other" + i + "!");
        }
        assertThat(stuck).isNotDone();
    }

    @Test
    void shouldAnswerTheNeighboursOfAnItemThatWaits() throws Exception {
        away.put("b", new AtomicInteger(1));
        start(new StageSettings(1, 3, 200, 10));
        List<CompletableFuture<Staged<String>>> futures = new ArrayList<>();
        for (String item : List.of("a", "b", "c")) {
            futures.add(stage.submit(item));
        }
        assertThat(value(futures.get(0))).isEqualTo("a!");
        assertThat(value(futures.get(2))).isEqualTo("c!");
        assertThat(value(futures.get(1))).isEqualTo("b!");
        assertThat(calls.get("a")).hasValue(1);
    }

    @Test
    void shouldLetAnItemGoWhenNobodyWantsItAnyMore() throws Exception {
        // given
        away.put("a", new AtomicInteger(Integer.MAX_VALUE));
        AtomicBoolean wanted = new AtomicBoolean(true);
        start(new StageSettings(1, 4, 0, 10));
        CompletableFuture<Staged<String>> future = stage.submit("a", wanted::get);
        await().until(() -> calls.containsKey("a") && calls.get("a").get() > 1);
        // when
        wanted.set(false);
        // then
        await().until(future::isCancelled);
        assertThat(stage.queueSize()).isZero();
    }

    @Test
    void shouldFailWaitingItemsAtOnceWhenClosed() throws Exception {
        // given
        away.put("a", new AtomicInteger(Integer.MAX_VALUE));
        start(new StageSettings(1, 4, 0, 10));
        CompletableFuture<Staged<String>> future = stage.submit("a");
        await().until(() -> calls.containsKey("a") && calls.get("a").get() > 2);
        // when
        stage.close();
        // then it is failed, not drained for half a minute
        assertThat(future).isCompletedExceptionally();
        assertThatThrownBy(() -> future.get(1, TimeUnit.SECONDS)).hasCauseInstanceOf(StageClosedException.class);
    }

    @Test
    void shouldFailAnItemAtOnceWhenItIsPutBackIntoAClosedStage() throws Exception {
        TestFunction held = TestFunction.held();
        stage = StageEngine.start("test", new StageSettings(1, 4, 0, 10), lane -> (items, clock) -> {
            held.apply(items, clock);
            return List.of(StageResult.again("server away"));
        }, meter);
        CompletableFuture<Staged<String>> future = stage.submit("a");
        held.began.await();
        // when the stage closes while the item is worked on
        Thread closer = new Thread(stage::close);
        closer.start();
        await().until(() -> stage.submit("late").isCompletedExceptionally());
        held.gate.countDown();
        closer.join();
        // then
        assertThatThrownBy(future::get).hasCauseInstanceOf(StageClosedException.class);
    }

    @Test
    void shouldMakeTheStageBeforeWaitWhenItIsFullOfWaitingItems() throws Exception {
        // given a queue of three, full of items that wait
        start(new StageSettings(1, 1, 0, 3));
        for (String item : List.of("a", "b", "c")) {
            away.put(item, new AtomicInteger(Integer.MAX_VALUE));
            stage.submit(item);
        }
        await().until(() -> calls.size() == 3);
        // when two more come, of which one may take the place of the item that the lane has in hand
        away.put("d", new AtomicInteger(Integer.MAX_VALUE));
        CompletableFuture<Staged<String>> last = new CompletableFuture<>();
        Thread submitter = new Thread(() -> {
            try {
                stage.submit("d");
                stage.submit("e").thenAccept(last::complete);
            } catch (InterruptedException e) {
                last.completeExceptionally(e);
            }
        });
        submitter.start();
        // then the last waits for room, for as long as that takes
        await().until(() -> submitter.getState() == Thread.State.WAITING || submitter.getState() == Thread.State.TIMED_WAITING);
        int tries = calls.get("a").get();
        await().until(() -> calls.get("a").get() > tries + 2);
        assertThat(calls).doesNotContainKey("e");
        assertThat(stage.queueSize()).isLessThanOrEqualTo(4);
        away.values().forEach(left -> left.set(0));
        assertThat(value(last)).isEqualTo("e!");
        submitter.join();
    }
}
