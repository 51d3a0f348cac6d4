package io.sightline.processors.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.tracer.StageMeter;
import io.sightline.processors.tracer.StageWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class StageEngineTest {
    private final StageMeter meter = new StageMeter("test");
    private final List<StageEngine<?, ?>> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(StageEngine::close);
    }

    @Test
    void shouldAnswerEachItemWithItsOwnResult() throws Exception {
        // given
        StageEngine<String, String> stage = start(new StageSettings(2, 4, 0, 100), new TestFunction());
        // when
        List<CompletableFuture<Staged<String>>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(stage.submit("item" + i));
        }
        // then
        for (int i = 0; i < 500; i++) {
            assertThat(value(futures.get(i))).isEqualTo("item" + i + "!");
        }
    }

    @Test
    void shouldGatherItemsWhileTheLaneIsBusy() throws Exception {
        // given a lane that is busy with one item
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(1, 4, 0, 100), function);
        List<CompletableFuture<Staged<String>>> futures = new ArrayList<>(List.of(stage.submit("first")));
        function.began.await();
        // when six more come meanwhile
        for (int i = 0; i < 6; i++) {
            futures.add(stage.submit("item" + i));
        }
        function.gate.countDown();
        // then they are done in a full batch and the rest, in their order
        for (CompletableFuture<Staged<String>> future : futures) {
            future.get();
        }
        assertThat(function.batches).containsExactly(List.of("first"), List.of("item0", "item1", "item2", "item3"), List.of("item4", "item5"));
    }

    @Test
    void shouldShareWhatWaitsAmongIdleLanes() throws Exception {
        // given two lanes, each of which goes on only once the other has work too
        AtomicReference<CountDownLatch> both = new AtomicReference<>();
        Set<Thread> lanes = ConcurrentHashMap.newKeySet();
        StageEngine<String, String> stage = track(StageEngine.start("shared", new StageSettings(2, 8, 0, 100), lane -> (items, clock) -> {
            if (lanes.add(Thread.currentThread())) {
                both.get().countDown();
            }
            both.get().await();
            return items.stream().map(item -> StageResult.accepted(item + "!")).toList();
        }, meter));
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("sightline-shared-")).toList();
        assertThat(threads).hasSize(2);
        for (int round = 0; round < 20; round++) {
            await().until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
            both.set(new CountDownLatch(2));
            lanes.clear();
            // when a few items come at once
            List<CompletableFuture<Staged<String>>> futures = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                futures.add(stage.submit("item" + i));
            }
            // then no lane takes them all
            for (int i = 0; i < 6; i++) {
                assertThat(value(futures.get(i))).isEqualTo("item" + i + "!");
            }
        }
    }

    @Test
    void shouldCloseTheBatchAtOnceWhenItIsFull() throws Exception {
        // given a delay that outlasts the test
        TestFunction function = new TestFunction();
        StageEngine<String, String> stage = start(new StageSettings(1, 3, 10_000_000, 100), function);
        // when
        CompletableFuture<?> a = stage.submit("a");
        CompletableFuture<?> b = stage.submit("b");
        assertThat(a).isNotDone();
        CompletableFuture<?> c = stage.submit("c");
        // then
        CompletableFuture.allOf(a, b, c).get();
        assertThat(function.batches).containsExactly(List.of("a", "b", "c"));
    }

    /** PaddleServing's batch that never fills waits for ever. */
    @Test
    void shouldNotWaitLongerThanTheDelayWhenTheBatchDoesNotFill() throws Exception {
        // given
        StageEngine<String, String> stage = start(new StageSettings(1, 64, 30, 100), new TestFunction());
        // when
        Staged<String> staged = stage.submit("alone").get();
        // then it did wait for company, and went without
        assertThat(staged.timing().batchSize()).isEqualTo(1);
        assertThat(staged.timing().inNs()).isBetween(Duration.ofMillis(30).toNanos(), Duration.ofSeconds(20).toNanos());
    }

    @Test
    void shouldCountTheDelayFromTheOldestItemWhenOthersKeepComing() throws Exception {
        // given
        TestFunction function = new TestFunction();
        StageEngine<String, String> stage = start(new StageSettings(1, 1_000_000, 40, 1_000_000), function);
        CompletableFuture<Staged<String>> oldest = stage.submit("oldest");
        // when items keep coming without a pause until the oldest is done
        int more = 0;
        while (!oldest.isDone()) {
            stage.submit("item" + more++);
        }
        // then it was done: later items did not push its delay out
        assertThat(oldest.get().result()).isEqualTo(StageResult.accepted("oldest!"));
    }

    /** PaddleServing's channels have no bound. */
    @Test
    void shouldMakeSubmittersWaitWhenTheQueueIsFull() throws Exception {
        // given a busy lane and a full queue
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(1, 1, 0, 2), function);
        stage.submit("working");
        function.began.await();
        stage.submit("waiting 1");
        stage.submit("waiting 2");
        // when one more comes
        AtomicBoolean taken = new AtomicBoolean();
        Thread submitter = new Thread(() -> {
            try {
                stage.submit("one over");
                taken.set(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        submitter.start();
        // then it waits outside
        await().until(() -> submitter.getState() == Thread.State.WAITING);
        assertThat(taken).isFalse();
        assertThat(stage.queueSize()).isEqualTo(2);
        // and gets in when there is room
        function.gate.countDown();
        submitter.join();
        assertThat(taken).isTrue();
    }

    @Test
    void shouldTellHowLongTheFirstOfTheWaitingItemsHasWaited() throws Exception {
        // given
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(2, 1, 0, 4), function);
        assertThat(stage.oldestWaitNs()).isZero();
        assertThat(stage.lanesAlive()).isEqualTo(2);
        stage.submit("working");
        stage.submit("working too");
        long beforeNs = System.nanoTime();
        await().until(() -> stage.queueSize() == 0);
        // when
        stage.submit("waiting");
        long submittedNs = System.nanoTime();
        long laterNs = System.nanoTime();
        stage.submit("came later");
        long seen = stage.oldestWaitNs();
        // then
        assertThat(seen).isBetween(laterNs - submittedNs, System.nanoTime() - beforeNs);
        function.gate.countDown();
        await().until(() -> stage.oldestWaitNs() == 0);
        stage.close();
        assertThat(stage.lanesAlive()).isZero();
    }

    @Test
    void shouldLetGoOfASubmitterThatIsInterruptedWhileItWaits() throws Exception {
        // given
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(1, 1, 0, 1), function);
        stage.submit("working");
        function.began.await();
        stage.submit("waiting");
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread submitter = new Thread(() -> {
            try {
                stage.submit("one over");
                thrown.complete(null);
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        submitter.start();
        await().until(() -> submitter.getState() == Thread.State.WAITING);
        // when
        submitter.interrupt();
        // then
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(stage.queueSize()).isEqualTo(1);
        function.gate.countDown();
    }

    @Test
    void shouldSkipItemsThatWereCancelledOrAreNotWantedAnyMore() throws Exception {
        // given three items behind a busy lane
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(1, 8, 0, 100), function);
        CompletableFuture<Staged<String>> working = stage.submit("working");
        function.began.await();
        AtomicBoolean wanted = new AtomicBoolean(true);
        CompletableFuture<Staged<String>> cancelled = stage.submit("cancelled");
        CompletableFuture<Staged<String>> unwanted = stage.submit("unwanted", wanted::get);
        CompletableFuture<Staged<String>> kept = stage.submit("kept");
        // when
        cancelled.cancel(false);
        wanted.set(false);
        function.gate.countDown();
        // then only the third costs anything
        assertThat(value(working)).isEqualTo("working!");
        assertThat(value(kept)).isEqualTo("kept!");
        assertThat(unwanted).isCancelled();
        assertThat(function.batches).containsExactly(List.of("working"), List.of("kept"));
        StageWindow window = meter.window();
        assertThat(window.skipped()).isEqualTo(2);
        assertThat(window.count()).isEqualTo(2);
    }

    @Test
    void shouldGiveEachLaneItsOwnFunctionOnItsOwnThread() throws Exception {
        // given three lanes that meet in their first batches
        CountDownLatch allBusy = new CountDownLatch(3);
        Set<String> made = new ConcurrentSkipListSet<>();
        Set<String> ran = new ConcurrentSkipListSet<>();
        StageEngine<String, String> stage = track(StageEngine.start("lanes", new StageSettings(3, 1, 0, 10), lane -> {
            made.add(lane + " on " + Thread.currentThread().getName());
            return (items, clock) -> {
                ran.add(lane + " on " + Thread.currentThread().getName());
                allBusy.countDown();
                allBusy.await(90, TimeUnit.SECONDS);
                return List.of(StageResult.accepted("done"));
            };
        }, meter));
        // when
        CompletableFuture.allOf(stage.submit("a"), stage.submit("b"), stage.submit("c")).get();
        // then
        assertThat(made).containsExactly("0 on sightline-lanes-0", "1 on sightline-lanes-1", "2 on sightline-lanes-2");
        assertThat(ran).isEqualTo(new TreeSet<>(made));
    }

    @Test
    void shouldFinishWhatWaitsWhenClosed() throws Exception {
        // given
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(1, 2, 10_000_000, 100), function);
        List<CompletableFuture<Staged<String>>> futures = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            futures.add(stage.submit("item" + i));
        }
        // when
        Thread closer = new Thread(stage::close);
        closer.start();
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        function.gate.countDown();
        closer.join();
        // then the last batch was not waited for, though not full
        for (CompletableFuture<Staged<String>> future : futures) {
            assertThat(future).isCompletedWithValueMatching(staged -> staged.result() instanceof StageResult.Accepted);
        }
        assertThat(function.closed).isTrue();
        assertThat(threadsOf("test")).isEmpty();
    }

    @Test
    void shouldRefuseItemsWhenClosed() throws Exception {
        StageEngine<String, String> stage = start(new StageSettings(1, 2, 0, 100), new TestFunction());
        stage.close();
        stage.close();
        assertThatThrownBy(() -> stage.submit("late").get()).cause().isInstanceOf(StageClosedException.class)
                .hasMessage("stage test: closed (expected: open)");
    }

    @Test
    void shouldTurnAwayWaitingSubmittersWhenClosed() throws Exception {
        // given
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = start(new StageSettings(1, 1, 0, 1), function);
        stage.submit("working");
        function.began.await();
        stage.submit("waiting");
        CompletableFuture<CompletableFuture<Staged<String>>> outside = CompletableFuture.supplyAsync(() -> {
            try {
                return stage.submit("one over");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        // when
        CompletableFuture<Void> closing = CompletableFuture.runAsync(stage::close);
        // then
        assertThatThrownBy(() -> outside.get().get()).cause().isInstanceOf(StageClosedException.class);
        function.gate.countDown();
        closing.get();
    }

    @Test
    void shouldFailWhatIsUndoneWhenItsTimeToDrainIsOver() throws Exception {
        // given a lane that hangs
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = StageEngine.start("test", new StageSettings(1, 1, 0, 10), lane -> function, meter, 50, LaneRepair.Limits.DEFAULT);
        CompletableFuture<Staged<String>> hanging = stage.submit("hanging");
        function.began.await();
        CompletableFuture<Staged<String>> waiting = stage.submit("waiting");
        // when
        stage.close();
        // then both fail as the service's fault, none is rejected as its own
        assertThatThrownBy(waiting::get).cause().isInstanceOf(StageClosedException.class);
        assertThatThrownBy(hanging::get).cause().isInstanceOf(StageClosedException.class);
        await().untilTrue(function.closed);
    }

    @Test
    void shouldFailToStartWithTheCauseWhenALaneCanNotBeMade() {
        // given the second of three lanes fails
        AtomicInteger closed = new AtomicInteger();
        Exception cause = new IllegalStateException("no such model");
        // when, then
        assertThatThrownBy(() -> StageEngine.start("broken", new StageSettings(3, 1, 0, 10), lane -> {
            if (lane == 1) {
                throw cause;
            }
            return new BatchFunction<String, String>() {
                @Override
                public List<StageResult<String>> apply(List<String> items, BatchClock clock) {
                    return List.of();
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }, meter)).isInstanceOf(StageStartException.class).hasMessage("stage broken: can't start: no such model").hasCause(cause);
        // and the other lanes are closed again
        assertThat(closed).hasValue(2);
        assertThat(threadsOf("broken")).isEmpty();
    }

    @Test
    void shouldMeasureWaitingAndTheBatchesParts() throws Exception {
        // given
        StageEngine<String, String> stage = start(new StageSettings(1, 4, 0, 100), new TestFunction());
        // when
        StageTiming timing = stage.submit("item").get().timing();
        // then
        assertThat(timing.batchSize()).isEqualTo(1);
        assertThat(timing.inNs()).isPositive();
        assertThat(timing.prepNs()).isPositive();
        StageWindow window = meter.window();
        assertThat(window.inNs()).isEqualTo(timing.inNs());
        assertThat(window.prepNs()).isEqualTo(timing.prepNs());
        assertThat(window.midpNs()).isEqualTo(timing.midpNs());
        assertThat(window.postpNs()).isEqualTo(timing.postpNs());
        assertThat(window.busyNs()).isEqualTo(timing.prepNs() + timing.midpNs() + timing.postpNs());
        assertThat(window.queueCapacity()).isEqualTo(100);
        assertThat(window.lanes()).isEqualTo(1);
    }

    @Test
    void shouldUseAllCoresWhenNoNumberOfLanesIsGiven() {
        StageEngine<String, String> stage = start(new StageSettings(0, 1, 0, 1), new TestFunction());
        assertThat(meter.window().lanes()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(stage.stage()).isEqualTo("test");
        assertThat(stage.healthy()).isTrue();
    }

    @Test
    void shouldLoseNothingWhenManyThreadsSubmitAndTheStageCloses() throws Exception {
        // given eight submitters
        StageEngine<String, String> stage = start(new StageSettings(3, 5, 0.2, 7), new TestFunction());
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger turnedAway = new AtomicInteger();
        List<Thread> submitters = IntStream.range(0, 8).mapToObj(t -> new Thread(() -> {
            for (int i = 0; i < 300; i++) {
                try {
                    stage.submit("item").whenComplete((staged, error) -> (error == null ? answered : turnedAway).incrementAndGet());
                } catch (InterruptedException e) {
                    return;
                }
            }
        })).toList();
        submitters.forEach(Thread::start);
        // when it closes in the midst
        await().until(() -> answered.get() > 500);
        stage.close();
        // then each item has one answer
        for (Thread submitter : submitters) {
            submitter.join();
        }
        assertThat(answered.get() + turnedAway.get()).isEqualTo(2400);
        assertThat(meter.window().count()).isEqualTo(answered.get());
    }

    private StageEngine<String, String> start(StageSettings settings, TestFunction function) {
        return track(StageEngine.start("test", settings, lane -> function, meter));
    }

    private <I, O> StageEngine<I, O> track(StageEngine<I, O> engine) {
        opened.add(engine);
        return engine;
    }

    private static String value(CompletableFuture<Staged<String>> future) throws Exception {
        return ((StageResult.Accepted<String>) future.get().result()).value();
    }

    private static List<String> threadsOf(String stage) {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> name.startsWith("sightline-" + stage + "-")).toList();
    }
}
