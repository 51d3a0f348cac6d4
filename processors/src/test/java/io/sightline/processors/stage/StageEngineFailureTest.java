package io.sightline.processors.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.tracer.StageMeter;
import io.sightline.processors.tracer.StageWindow;
import io.sightline.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class StageEngineFailureTest {
    private final StageMeter meter = new StageMeter("test");

    /** DJL Serving fails the whole batch for one bad item. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void shouldRejectOnlyTheItemThatMakesItsBatchFail(int guilty) throws Exception {
        // given eight items in one batch
        List<String> items = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
        items.set(guilty, "bad");
        // when
        List<StageResult<String>> results = inOneBatch(items);
        // then
        for (int i = 0; i < items.size(); i++) {
            assertThat(results.get(i)).isEqualTo(i == guilty
                    ? StageResult.rejected(ErrorCode.INFERENCE, "test: IllegalArgumentException: can't digest 'bad'")
                    : StageResult.accepted(items.get(i) + "!"));
        }
        StageWindow window = meter.window();
        assertThat(window.count()).isEqualTo(9);
        assertThat(window.errors()).isEqualTo(1);
    }

    @Test
    void shouldRejectEachWhenAllItemsAreBad() throws Exception {
        assertThat(inOneBatch(List.of("bad", "bad", "bad"))).allSatisfy(result -> assertThat(result).isInstanceOf(StageResult.Rejected.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "null", "assert"})
    void shouldTreatAWrongAnswerAsAFailure(String guilty) throws Exception {
        // when
        List<StageResult<String>> results = inOneBatch(List.of("a", guilty, "c"));
        // then
        assertThat(results.get(0)).isEqualTo(StageResult.accepted("a!"));
        assertThat(results.get(1)).isInstanceOfSatisfying(StageResult.Rejected.class, rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.INFERENCE));
        assertThat(results.get(2)).isEqualTo(StageResult.accepted("c!"));
    }

    @Test
    void shouldSayHowManyResultsThereWereWhenTheirNumberIsWrong() throws Exception {
        assertThat(inOneBatch(List.of("short"))).containsExactly(StageResult.rejected(ErrorCode.INFERENCE,
                "test: IllegalStateException: 0 results for a batch of 1 (expected: 1)"));
    }

    /** PaddleServing's process group dies of one user's error. */
    @Test
    void shouldGoOnWorkingAfterAFailure() throws Exception {
        try (StageEngine<String, String> stage = StageEngine.start("test", new StageSettings(1, 4, 0, 10), lane -> new TestFunction(), meter)) {
            for (int i = 0; i < 100; i++) {
                assertThat(stage.submit("bad").get().result()).isInstanceOf(StageResult.Rejected.class);
                assertThat(stage.submit("good").get().result()).isEqualTo(StageResult.accepted("good!"));
            }
            assertThat(stage.healthy()).isTrue();
        }
    }

    @Test
    void shouldHandOnTheFunctionsOwnRejections() throws Exception {
        assertThat(inOneBatch(List.of("a", "refused"))).containsExactly(StageResult.accepted("a!"), StageResult.rejected(ErrorCode.BAD_INPUT, "refused"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "linkage"})
    void shouldFailAllThatWaitsWhenTheJvmIsInTrouble(String fatal) throws Exception {
        // given a busy lane, a fatal item, and items that wait behind it
        TestFunction function = TestFunction.held();
        StageEngine<String, String> stage = StageEngine.start("test", new StageSettings(1, 1, 0, 10), lane -> function, meter);
        CompletableFuture<Staged<String>> before = stage.submit("before");
        function.began.await();
        CompletableFuture<Staged<String>> trouble = stage.submit(fatal);
        CompletableFuture<Staged<String>> behind = stage.submit("behind");
        // when
        function.gate.countDown();
        // then
        assertThat(before.get().result()).isEqualTo(StageResult.accepted("before!"));
        assertThatThrownBy(trouble::get).cause().isInstanceOf(StageBrokenException.class).cause().isInstanceOf(Error.class);
        assertThatThrownBy(behind::get).cause().isInstanceOf(StageBrokenException.class).hasMessageContaining("stage test: broken by");
        await().until(() -> !stage.healthy());
        assertThatThrownBy(() -> stage.submit("later").get()).cause().isInstanceOf(StageBrokenException.class);
        await().untilTrue(function.closed);
        stage.close();
    }

    @Test
    void shouldNotDieOfAFunctionThatFailsToClose() throws Exception {
        // given
        StageEngine<String, String> stage = StageEngine.start("test", new StageSettings(1, 1, 0, 10), lane -> new BatchFunction<String, String>() {
            @Override
            public List<StageResult<String>> apply(List<String> items, BatchClock clock) {
                return List.of(StageResult.accepted("x"));
            }

            @Override
            public void close() {
                throw new IllegalStateException("made by the test");
            }
        }, meter);
        assertThat(stage.submit("a").get().result()).isEqualTo(StageResult.accepted("x"));
        // when, then
        stage.close();
    }

    @Test
    void shouldFreeResultsThatReachNobody() throws Exception {
        // given an item that is cancelled while its batch is being worked on
        AtomicInteger freed = new AtomicInteger();
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        AutoCloseable native1 = freed::incrementAndGet;
        try (StageEngine<String, AutoCloseable> stage = StageEngine.start("test", new StageSettings(1, 1, 0, 10), lane -> (items, clock) -> {
            began.countDown();
            gate.await(90, TimeUnit.SECONDS);
            return List.of(StageResult.accepted(native1));
        }, meter)) {
            CompletableFuture<Staged<AutoCloseable>> cancelled = stage.submit("a");
            began.await();
            // when
            cancelled.cancel(false);
            gate.countDown();
        }
        // then
        assertThat(freed).hasValue(1);
    }

    @Test
    void shouldFreeTheResultsOfABatchWhoseNumberIsWrong() throws Exception {
        AtomicInteger freed = new AtomicInteger();
        AutoCloseable made = freed::incrementAndGet;
        try (StageEngine<String, AutoCloseable> stage = StageEngine.start("test", new StageSettings(1, 1, 0, 10),
                lane -> (items, clock) -> List.of(StageResult.accepted(made), StageResult.accepted(made)), meter)) {
            assertThat(stage.submit("a").get().result()).isInstanceOf(StageResult.Rejected.class);
        }
        assertThat(freed).as("two results of each of two tries: a lone item is not blamed for one").hasValue(4);
    }

    /** Runs the items in one batch, behind one that holds the lane up. */
    private List<StageResult<String>> inOneBatch(List<String> items) throws Exception {
        TestFunction function = TestFunction.held();
        try (StageEngine<String, String> stage = StageEngine.start("test", new StageSettings(1, items.size(), 0, 100), lane -> function, meter)) {
            stage.submit("holds up");
            function.began.await();
            List<CompletableFuture<Staged<String>>> futures = new ArrayList<>();
            for (String item : items) {
                futures.add(stage.submit(item));
            }
            function.gate.countDown();
            List<StageResult<String>> results = new ArrayList<>();
            for (CompletableFuture<Staged<String>> future : futures) {
                results.add(future.get().result());
            }
            assertThat(function.batches).contains(items);
            return results;
        }
    }
}
