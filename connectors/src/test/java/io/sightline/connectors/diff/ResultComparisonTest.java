package io.sightline.connectors.diff;

import static io.sightline.connectors.diff.TestResults.match;
import static io.sightline.connectors.diff.TestResults.result;
import static io.sightline.connectors.diff.TestResults.thing;
import static io.sightline.connectors.diff.TestResults.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.ScoredClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResultComparisonTest {
    private static final Detection TEA = thing(100, 100, 200, 200, 0.9, "tea", 0.8);

    private static ResultChange compare(Tolerance tolerance, RecognitionResult a, RecognitionResult b) {
        return new ResultComparison(tolerance).compare(Optional.of(a), Optional.of(b));
    }

    private static Set<ChangeKind> kinds(Tolerance tolerance, Detection a, Detection b) {
        return compare(tolerance, result("r", a).build(), result("r", b).build()).kinds();
    }

    private static Set<ChangeKind> kinds(Detection a, Detection b) {
        return kinds(Tolerance.EXACT, a, b);
    }

    @Test
    void shouldCallEqualResultsTheSameWhateverTheirTimesAndLineage() {
        RecognitionResult a = result("r", TEA).setTimingsMs(Map.of("total", 1.0)).build();
        RecognitionResult b = result("r", TEA).setTimingsMs(Map.of("total", 2.0)).setCompletedAtMs(Instant.ofEpochMilli(9)).setLineage(TestResults.lineage("e@2#22", 8)).build();
        assertThat(compare(Tolerance.EXACT, a, b).kinds()).containsExactly(ChangeKind.SAME);
    }

    @Test
    void shouldSeeALabelThatChanged() {
        assertThat(kinds(TEA, thing(100, 100, 200, 200, 0.9, "coffee", 0.1))).containsExactly(ChangeKind.LABEL_CHANGED);
        assertThat(kinds(TEA, unknown(100, 100, 200, 200, "product"))).containsExactly(ChangeKind.LABEL_CHANGED, ChangeKind.SCORE_MOVED);
        // one that is called as the detector's class is
        Detection product = thing(100, 100, 200, 200, 0.5, "product", 0.9);
        assertThat(kinds(product, unknown(100, 100, 200, 200, "product"))).containsExactly(ChangeKind.LABEL_CHANGED);
    }

    @Test
    void shouldSeeThatTheDetectorsClassChanged() {
        assertThat(kinds(unknown(0, 0, 9, 9, "cat"), unknown(0, 0, 9, 9, "dog"))).containsExactly(ChangeKind.LABEL_CHANGED);
        Detection other = new Detection(TEA.getBbox(), 0.9, "bottle", TEA.getMatches(), List.of(), null, null);
        assertThat(kinds(TEA, other)).containsExactly(ChangeKind.DETAILS_CHANGED);
    }

    @Test
    void shouldSeeTheBestClassOfAClassifier() {
        assertThat(kinds(classified("tench", 0.7), classified("goldfish", 0.7))).containsExactly(ChangeKind.LABEL_CHANGED);
        assertThat(kinds(classified("tench", 0.7), classified("tench", 0.6))).containsExactly(ChangeKind.SCORE_MOVED);
        assertThat(kinds(classified("tench", 0.7), classified("tench", 0.7))).containsExactly(ChangeKind.SAME);
    }

    private static Detection classified(String label, double score) {
        return new Detection(List.of(0, 0, 9, 9), 1.0, "image", List.of(), List.of(new ScoredClass(0, label, score)), null, null);
    }

    @ParameterizedTest
    @CsvSource({"0.9001, 0.8, 0, true", "0.9, 0.8001, 0, true", "0.9001, 0.8001, 0.0001, false", "0.9, 0.8002, 0.0001, true", "0.89, 0.8, 0.01, false", "0.8899, 0.8, 0.01, true"})
    void shouldSeeAScoreThatMovedByMoreThanTheTolerance(double score, double labelScore, double tolerance, boolean moved) {
        assertThat(kinds(new Tolerance(tolerance, 1, 0.5), TEA, thing(100, 100, 200, 200, score, "tea", labelScore)))
                .containsExactly(moved ? ChangeKind.SCORE_MOVED : ChangeKind.SAME);
    }

    @Test
    void shouldCompareScoresThatAreNoNumbers() {
        Detection none = thing(100, 100, 200, 200, Double.NaN, "tea", 0.8);
        assertThat(kinds(none, none)).containsExactly(ChangeKind.SAME);
        assertThat(kinds(new Tolerance(2, 1, 0.5), TEA, none)).containsExactly(ChangeKind.SCORE_MOVED);
    }

    @ParameterizedTest
    @CsvSource({"100, 1, SAME", "101, 1, BOX_MOVED", "110, 0.9, SAME", "111, 0.9, BOX_MOVED", "150, 0.5, SAME"})
    void shouldSeeABoxThatMoved(int x1, double boxIou, ChangeKind kind) {
        assertThat(kinds(new Tolerance(0, boxIou, 0.5), TEA, thing(x1, 100, 200, 200, 0.9, "tea", 0.8))).containsExactly(kind);
    }

    @Test
    void shouldCallItAnotherThingWhenBoxesOverlapTooLittle() {
        // given boxes that overlap by 50 and by 49 of 100
        Detection half = thing(150, 100, 200, 200, 0.9, "tea", 0.8);
        Detection less = thing(151, 100, 200, 200, 0.9, "tea", 0.8);
        assertThat(kinds(TEA, half)).containsExactly(ChangeKind.BOX_MOVED);
        assertThat(kinds(TEA, less)).containsExactly(ChangeKind.VANISHED, ChangeKind.APPEARED);
    }

    @ParameterizedTest
    @MethodSource("details")
    void shouldSeeWhateverElseAResultSays(RecognitionResult.Builder other) {
        assertThat(compare(Tolerance.EXACT, result("r", TEA).build(), other.build()).kinds()).containsExactly(ChangeKind.DETAILS_CHANGED);
    }

    static List<Arguments> details() {
        List<Match> two = List.of(TEA.getMatches().get(0), match("coffee", 0.7));
        Match otherEntry = new Match("another id", "tea", 0.8, "{}", "default");
        Match otherGallery = new Match("id of tea", "tea", 0.8, "{}", "shop");
        Match otherAttributes = new Match("id of tea", "tea", 0.8, "{\"price\": 3}", "default");
        return List.of(Arguments.of(result("r", TEA).setPipeline("faces")), Arguments.of(result("r", TEA).setImage(new ImageSize(999, 1000))), Arguments.of(result("r", TEA).setImage(null)),
                Arguments.of(result("r", TEA).setAttributes(Map.of("a", "b"))), Arguments.of(result("r", TEA).setErrMsg("what")),
                Arguments.of(result("r", with(two, null, null))), Arguments.of(result("r", with(List.of(otherEntry), null, null))), Arguments.of(result("r", with(List.of(otherGallery), null, null))),
                Arguments.of(result("r", with(List.of(otherAttributes), null, null))), Arguments.of(result("r", with(TEA.getMatches(), List.of(1f, 0f), null))),
                Arguments.of(result("r", with(TEA.getMatches(), null, List.of(1, 2)))));
    }

    private static Detection with(List<Match> matches, List<Float> embedding, List<Integer> points) {
        return new Detection(TEA.getBbox(), 0.9, "product", matches, List.of(), embedding, points);
    }

    @Test
    void shouldTakeAttributesForTheSameWhenOnlyTheirTextDiffers() {
        Detection a = with(List.of(new Match("1", "tea", 0.8, "{\"a\": 1, \"b\": 2}", "")), null, null);
        Detection b = with(List.of(new Match("1", "tea", 0.8, "{\"b\":2,\"a\":1}", "")), null, null);
        assertThat(kinds(a, b)).containsExactly(ChangeKind.SAME);
    }

    @Test
    void shouldTolerateFurtherScoresAndEmbeddingsToo() {
        Detection a = with(List.of(match("tea", 0.8), match("coffee", 0.7)), List.of(0.6f, 0.8f), null);
        Detection b = with(List.of(match("tea", 0.8), match("coffee", 0.69)), List.of(0.601f, 0.8f), null);
        assertThat(kinds(new Tolerance(0.02, 1, 0.5), a, b)).containsExactly(ChangeKind.SAME);
        assertThat(kinds(a, b)).containsExactly(ChangeKind.DETAILS_CHANGED);
    }

    @Test
    void shouldCompareErrorsAndNothingElseWhenOneSideFailed() {
        RecognitionResult failed = TestResults.failed("r", 5000);
        assertThat(compare(Tolerance.EXACT, result("r", TEA).build(), failed).kinds()).containsExactly(ChangeKind.ERROR_CHANGED);
        assertThat(compare(Tolerance.EXACT, failed, TestResults.failed("r", 6000)).kinds()).containsExactly(ChangeKind.ERROR_CHANGED);
        assertThat(compare(Tolerance.EXACT, failed, TestResults.failed("r", 5000)).kinds()).containsExactly(ChangeKind.SAME);
        RecognitionResult otherText = RecognitionResult.newBuilder(failed).setErrMsg("other").build();
        assertThat(compare(Tolerance.EXACT, failed, otherText).kinds()).containsExactly(ChangeKind.DETAILS_CHANGED);
    }

    @Test
    void shouldSayWhichSideLacksAResult() {
        ResultComparison comparison = new ResultComparison(Tolerance.EXACT);
        RecognitionResult result = result("r", TEA).build();
        assertThat(comparison.compare(Optional.of(result), Optional.empty()).kinds()).containsExactly(ChangeKind.ONLY_IN_A);
        assertThat(comparison.compare(Optional.empty(), Optional.of(result)).kinds()).containsExactly(ChangeKind.ONLY_IN_B);
    }

    @Test
    void shouldKeepEqualBoxesTogetherWhereALargerSumWouldPartThem() {
        // given: pairing a0-b0 (equal) leaves a1-b1 with little; crosswise the overlaps add up to more
        Detection a0 = thing(0, 0, 100, 100, 0.9, "tea", 0.8);
        Detection a1 = thing(0, 0, 80, 100, 0.9, "tea", 0.8);
        Detection b0 = thing(0, 0, 100, 100, 0.9, "tea", 0.8);
        Detection b1 = thing(15, 0, 115, 100, 0.9, "tea", 0.8);
        // when
        List<DetectionChange> changes = compare(Tolerance.EXACT, result("r", a0, a1).build(), result("r", b1, b0).build()).detections();
        // then
        assertThat(changes).filteredOn(c -> c.kinds().contains(ChangeKind.SAME)).singleElement().satisfies(c -> assertThat(c.a()).contains(a0));
    }

    @Test
    void shouldPreferThePairWithTheSameLabelWhenBoxesAreEqual() {
        Detection tea = thing(0, 0, 100, 100, 0.9, "tea", 0.8);
        Detection coffee = thing(0, 0, 100, 100, 0.8, "coffee", 0.8);
        assertThat(compare(Tolerance.EXACT, result("r", tea, coffee).build(), result("r", coffee, tea).build()).kinds()).containsExactly(ChangeKind.SAME);
    }

    @Test
    void shouldLiveWithBoxesThatAreNone() {
        Detection none = new Detection(List.of(), 0.5, "product", List.of(), List.of(), null, null);
        Detection point = unknown(5, 5, 5, 5, "product");
        assertThat(kinds(none, none)).containsExactly(ChangeKind.SAME);
        assertThat(kinds(point, point)).containsExactly(ChangeKind.SAME);
        assertThat(kinds(none, point)).containsExactly(ChangeKind.VANISHED, ChangeKind.APPEARED);
        Detection wide = unknown(Integer.MIN_VALUE, 0, Integer.MAX_VALUE, 10, "product");
        assertThat(BoxOverlap.iou(wide.getBbox(), unknown(0, 0, Integer.MAX_VALUE, 10, "product").getBbox())).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void shouldFindNoDifferenceBetweenAResultAndItself() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            RecognitionResult result = TestResults.random("r" + i, random);
            assertThat(compare(Tolerance.EXACT, result, result).kinds()).as("%s", result).containsExactly(ChangeKind.SAME);
        }
    }

    @Test
    void shouldNotCareForTheOrderOfDetections() {
        Random random = new Random(2);
        for (int i = 0; i < 2_000; i++) {
            RecognitionResult a = TestResults.random("r", random);
            RecognitionResult b = TestResults.random("r", random);
            List<Detection> shuffled = new ArrayList<>(b.getDetections());
            Collections.shuffle(shuffled, random);
            ResultChange straight = compare(Tolerance.EXACT, a, b);
            ResultChange mixed = compare(Tolerance.EXACT, a, RecognitionResult.newBuilder(b).setDetections(shuffled).build());
            assertThat(mixed.kinds()).as("%s%n%s", a, b).isEqualTo(straight.kinds());
            assertThat(count(mixed)).as("%s%n%s", a, b).isEqualTo(count(straight));
        }
    }

    @Test
    void shouldCountTheSameWhicheverSideIsCalledA() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            RecognitionResult a = TestResults.random("r", random);
            RecognitionResult b = TestResults.random("r", random);
            Map<ChangeKind, Long> there = count(compare(Tolerance.EXACT, a, b));
            Map<ChangeKind, Long> back = count(compare(Tolerance.EXACT, b, a));
            assertThat(back.getOrDefault(ChangeKind.APPEARED, 0L)).isEqualTo(there.getOrDefault(ChangeKind.VANISHED, 0L));
            assertThat(back.getOrDefault(ChangeKind.VANISHED, 0L)).isEqualTo(there.getOrDefault(ChangeKind.APPEARED, 0L));
            for (ChangeKind kind : List.of(ChangeKind.SAME, ChangeKind.LABEL_CHANGED, ChangeKind.BOX_MOVED, ChangeKind.SCORE_MOVED, ChangeKind.DETAILS_CHANGED)) {
                assertThat(back.get(kind)).as("%s of %s%n%s", kind, a, b).isEqualTo(there.get(kind));
            }
        }
    }

    @Test
    void shouldPairEachDetectionOnceAtMost() {
        Random random = new Random(4);
        for (int i = 0; i < 1_000; i++) {
            RecognitionResult a = TestResults.random("r", random);
            RecognitionResult b = TestResults.random("r", random);
            List<DetectionChange> changes = compare(Tolerance.EXACT, a, b).detections();
            if (a.getErrNo() == 0 && b.getErrNo() == 0) {
                assertThat(changes.stream().filter(c -> c.a().isPresent())).hasSize(a.getDetections().size());
                assertThat(changes.stream().filter(c -> c.b().isPresent())).hasSize(b.getDetections().size());
            }
        }
    }

    private static Map<ChangeKind, Long> count(ResultChange change) {
        return change.detections().stream().flatMap(c -> c.kinds().stream()).collect(Collectors.groupingBy(k -> k, Collectors.counting()));
    }

    @ParameterizedTest
    @CsvSource({"-0.1, 1, 0.5, score tolerance", "2.1, 1, 0.5, score tolerance", "0, 1.1, 0.5, box IoU", "0, -0.1, 0.5, box IoU", "0, 1, 0, pair IoU", "0, 1, 1.1, pair IoU", "NaN, 1, 0.5, score tolerance"})
    void shouldRefuseTolerancesOutOfRange(double score, double box, double pair, String what) {
        assertThatThrownBy(() -> new Tolerance(score, box, pair)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(what).hasMessageContaining("(expected: ");
    }
}
