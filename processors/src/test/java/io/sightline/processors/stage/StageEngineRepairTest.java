package io.sightline.processors.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.tracer.StageMeter;
import io.sightline.schemas.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the items' fault, and what the function's that works on them. */
@Timeout(240)
class StageEngineRepairTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final LaneRepair.Limits FIVE_TIMES = new LaneRepair.Limits(5, 1);
    private static final LaneRepair.Limits IN_AN_HOUR = new LaneRepair.Limits(1, 3_600_000);

    private final StageMeter meter = new StageMeter("test");
    private final MortalFunction function = new MortalFunction();
    private final List<StageEngine<String, String>> started = new ArrayList<>();

    @AfterEach
    void shouldHaveClosedEachFunction() {
        function.gate.countDown();
        started.forEach(StageEngine::close);
        await().atMost(LONG).untilAsserted(() -> assertThat(function.closed).hasValue(function.opened.get()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void shouldBlameNobodyButTheBadItemWhenTheFunctionDiesAndIsMadeAnew(int stillborn) throws Exception {
        // given a function that dies, and so many after it that never live
        StageEngine<String, String> stage = start(8, FIVE_TIMES);
        List<CompletableFuture<Staged<String>>> items = behindTheFirst(stage, "a", "b", "bad", "d", "e", "f", "g", "h");
        function.dead = 1 + stillborn;
        // when
        function.gate.countDown();
        // then
        assertThat(resultsOf(items)).containsExactly(accepted("a"), accepted("b"),
                StageResult.rejected(ErrorCode.INFERENCE, "test: IllegalArgumentException: can't digest 'bad'"),
                accepted("d"), accepted("e"), accepted("f"), accepted("g"), accepted("h"));
        assertThat(stage.healthy()).isTrue();
        assertThat(stage.trouble()).isEmpty();
        assertThat(meter.read().breakdowns()).isEqualTo(1);
        assertThat(meter.read().errors()).isEqualTo(1);
        assertThat(function.opened).hasValue(2 + stillborn);
    }

    /** One over what is tried. */
    @Test
    void shouldBreakTheStageWhenTheFunctionIsMadeAnewInVain() throws Exception {
        // given
        StageEngine<String, String> stage = start(2, FIVE_TIMES);
        List<CompletableFuture<Staged<String>>> items = behindTheFirst(stage, "a", "b", "c", "d", "e");
        function.dead = 1 + FIVE_TIMES.renewals();
        // when
        function.gate.countDown();
        // then nothing is known about any item
        assertThat(items).allSatisfy(item -> assertThatThrownBy(item::get).cause().isInstanceOf(StageBrokenException.class)
                .hasMessage("stage test: broken by java.lang.IllegalStateException: CUDA failure 719: unspecified launch failure"));
        await().atMost(LONG).until(() -> !stage.healthy());
        assertThat(stage.trouble()).hasValueSatisfying(trouble -> assertThat(trouble).startsWith("stage test: broken by").endsWith("CUDA failure 719: unspecified launch failure"));
        assertThatThrownBy(() -> stage.submit("later").get()).cause().isInstanceOf(StageBrokenException.class);
        assertThat(function.opened).hasValue(6);
        assertThat(meter.read().errors()).isZero();
        assertThat(meter.read().items()).as("the first").isOne();
        assertThat(meter.read().breakdowns()).isEqualTo(1);
    }

    @Test
    void shouldBreakTheStageWhenNoFunctionCanBeMadeAnyMore() throws Exception {
        StageEngine<String, String> stage = start(2, FIVE_TIMES);
        List<CompletableFuture<Staged<String>>> items = behindTheFirst(stage, "a", "b", "c");
        function.dead = 1;
        function.refusing = true;
        function.gate.countDown();
        assertThat(items).allSatisfy(item -> assertThatThrownBy(item::get).cause().isInstanceOf(StageBrokenException.class).hasMessageEndingWith("no device any more"));
    }

    @Test
    void shouldSayItsTroubleWhileTheItemsWait() throws Exception {
        // given
        StageEngine<String, String> stage = start(1, IN_AN_HOUR);
        assertThat(stage.trouble()).isEmpty();
        function.gate.countDown();
        function.dead = 1;
        // when
        CompletableFuture<Staged<String>> item = stage.submit("a");
        // then
        await().atMost(LONG).untilAsserted(() -> assertThat(stage.trouble())
                .hasValue("stage test: lane 0 does not work, attempt 1 of 1 to make it anew: CUDA failure 719: unspecified launch failure"));
        assertThat(stage.healthy()).isTrue();
        assertThat(item).isNotDone();
        // and whoever closes the stage does not wait for that
        CompletableFuture<Staged<String>> behind = stage.submit("b");
        stage.close();
        assertThatThrownBy(item::get).cause().isInstanceOf(StageClosedException.class);
        assertThatThrownBy(behind::get).cause().isInstanceOf(StageClosedException.class);
        assertThat(meter.read().errors()).isZero();
    }

    @Test
    void shouldLetTheOtherLanesWorkWhileOneIsMadeAnew() throws Exception {
        // given two lanes, one of which dies
        StageEngine<String, String> stage = track(StageEngine.start("test", new StageSettings(2, 1, 0, 100), function, meter, 30_000, IN_AN_HOUR));
        function.gate.countDown();
        CompletableFuture<Staged<String>> lethal = stage.submit("lethal");
        await().atMost(LONG).until(() -> stage.trouble().isPresent());
        // when, then
        for (int i = 0; i < 20; i++) {
            assertThat(stage.submit("item" + i).get().result()).isEqualTo(accepted("item" + i));
        }
        assertThat(lethal).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7})
    void shouldRejectAnItemThatKillsTheFunctionEachTimeAndNoneOfItsNeighbours(int place) throws Exception {
        // given
        List<String> all = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
        all.set(place, "lethal");
        StageEngine<String, String> stage = start(8, FIVE_TIMES);
        List<CompletableFuture<Staged<String>>> items = behindTheFirst(stage, all.toArray(String[]::new));
        // when
        function.gate.countDown();
        // then
        List<StageResult<String>> results = resultsOf(items);
        for (int i = 0; i < all.size(); i++) {
            assertThat(results.get(i)).isEqualTo(i == place
                    ? StageResult.rejected(ErrorCode.INFERENCE, "test: IllegalStateException: CUDA failure 719: unspecified launch failure") : accepted(all.get(i)));
        }
        assertThat(stage.healthy()).isTrue();
        // the batch three times more as it was, then halved: 8, 4, 2, 1
        assertThat(meter.read().breakdowns()).isEqualTo(3 + 4);
    }

    @Test
    void shouldNotBlameALoneItemForAFailureThatPasses() throws Exception {
        StageEngine<String, String> stage = start(8, FIVE_TIMES);
        function.gate.countDown();
        assertThat(stage.submit("once").get().result()).isEqualTo(accepted("once"));
        assertThat(stage.submit("bad").get().result()).isInstanceOf(StageResult.Rejected.class);
        assertThat(function.calls).containsExactly(List.of("once"), List.of("once"), List.of("bad"), List.of("bad"));
        assertThat(function.proofs).hasValue(3);
        assertThat(meter.read().items()).isEqualTo(2);
    }

    /** So many pictures that a model fails on cost a bounded number of calls, and no lane is made anew for them. */
    @Test
    void shouldBoundWhatBadItemsCost() throws Exception {
        // given
        StageEngine<String, String> stage = start(8, FIVE_TIMES);
        List<CompletableFuture<Staged<String>>> items = behindTheFirst(stage, Collections.nCopies(64, "bad").toArray(String[]::new));
        // when
        function.gate.countDown();
        // then
        assertThat(resultsOf(items)).allSatisfy(result -> assertThat(result).isInstanceOf(StageResult.Rejected.class));
        assertThat(function.calls).as("the first, and 15 for each batch of 8").hasSize(1 + 8 * 15);
        assertThat(function.proofs).hasValue(8 * 15);
        assertThat(function.opened).hasValue(1);
        assertThat(meter.read().breakdowns()).isZero();
    }

    private StageEngine<String, String> start(int maxBatch, LaneRepair.Limits limits) {
        return track(StageEngine.start("test", new StageSettings(1, maxBatch, 0, 100), function, meter, 30_000, limits));
    }

    private StageEngine<String, String> track(StageEngine<String, String> stage) {
        started.add(stage);
        return stage;
    }

    /** Submits items that gather while the lane is held up by another one, which nobody waits for. */
    private List<CompletableFuture<Staged<String>>> behindTheFirst(StageEngine<String, String> stage, String... items) throws Exception {
        stage.submit("first");
        function.began.await();
        List<CompletableFuture<Staged<String>>> futures = new ArrayList<>();
        for (String item : items) {
            futures.add(stage.submit(item));
        }
        return futures;
    }

    private static StageResult<String> accepted(String item) {
        return StageResult.accepted(item + "!");
    }

    private static List<StageResult<String>> resultsOf(List<CompletableFuture<Staged<String>>> futures) throws Exception {
        List<StageResult<String>> results = new ArrayList<>();
        for (CompletableFuture<Staged<String>> future : futures) {
            results.add(future.get().result());
        }
        return results;
    }
}
