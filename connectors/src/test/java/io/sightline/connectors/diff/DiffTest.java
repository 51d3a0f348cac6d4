package io.sightline.connectors.diff;

import static io.sightline.connectors.diff.TestResults.result;
import static io.sightline.connectors.diff.TestResults.thing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiffTest {
    private final ResultComparison comparison = new ResultComparison(Tolerance.EXACT);
    private final Diff diff = new Diff(2);

    private void add(RecognitionResult a, RecognitionResult b) {
        diff.add(comparison.compare(Optional.ofNullable(a), Optional.ofNullable(b)));
    }

    private static Detection tea(double score) {
        return thing(0, 0, 10, 10, 0.9, "tea", score);
    }

    private static Detection coffee(double score) {
        return thing(0, 0, 10, 10, 0.9, "coffee", score);
    }

    @Test
    void shouldCountRequestsAndThings() {
        // given
        Detection more = thing(50, 50, 90, 90, 0.7, "milk", 0.6);
        add(result("same", tea(0.8)).build(), result("same", tea(0.8)).build());
        add(result("names", tea(0.8), more).build(), result("names", coffee(0.8), thing(50, 50, 90, 90, 0.7, "cream", 0.6)).build());
        add(result("both", tea(0.8), more).build(), result("both", coffee(0.8)).build());
        add(result("a", tea(0.8)).build(), null);
        add(null, result("b", tea(0.8)).build());
        add(null, result("c", tea(0.8)).build());
        // then
        assertThat(diff.both()).isEqualTo(3);
        assertThat(diff.either()).isEqualTo(6);
        assertThat(diff.different()).isEqualTo(5);
        assertThat(diff.count(ChangeKind.SAME)).isEqualTo(new Diff.Count(1, 1));
        assertThat(diff.count(ChangeKind.LABEL_CHANGED)).isEqualTo(new Diff.Count(2, 3));
        assertThat(diff.count(ChangeKind.VANISHED)).isEqualTo(new Diff.Count(1, 1));
        assertThat(diff.count(ChangeKind.ONLY_IN_A)).isEqualTo(new Diff.Count(1, 0));
        assertThat(diff.count(ChangeKind.ONLY_IN_B)).isEqualTo(new Diff.Count(2, 0));
        assertThat(diff.of(ChangeKind.ONLY_IN_A)).isEqualTo(4);
        assertThat(diff.of(ChangeKind.ONLY_IN_B)).isEqualTo(5);
        assertThat(diff.of(ChangeKind.LABEL_CHANGED)).isEqualTo(3);
        assertThat(diff.renames()).extracting(Object::toString).hasSize(2).first().asString().contains("tea").contains("coffee").contains("2");
    }

    @Test
    void shouldKeepTheWorstOfEachKind() {
        for (double score : new double[] {0.3, 0.9, 0.5, 0.7}) {
            add(result("r" + score, tea(score)).build(), result("r" + score, coffee(0.1)).build());
        }
        assertThat(diff.worst(ChangeKind.LABEL_CHANGED)).extracting(ResultChange::id).containsExactly("r0.9", "r0.7");
        assertThat(diff.worst(ChangeKind.SAME)).isEmpty();
    }

    @Test
    void shouldKeepTheSameOnesWhateverTheOrderWhenAllAreEquallyBad() {
        for (String id : List.of("c", "a", "d", "b")) {
            add(result(id, tea(0.5)).build(), null);
        }
        assertThat(diff.worst(ChangeKind.ONLY_IN_A)).extracting(ResultChange::id).containsExactly("a", "b");
    }

    @Test
    void shouldSayInWhatTheLineagesDiffer() {
        add(result("1", tea(0.5)).build(), result("1", coffee(0.5)).setLineage(TestResults.lineage("e@2#22", 7)).build());
        add(result("2", tea(0.5)).build(), result("2", coffee(0.5)).setLineage(TestResults.lineage("e@2#22", 9)).build());
        assertThat(diff.lineage().different()).containsExactly(new LineageDiff.Aspect("gallery default", 1, Map.of("epoch 7", 2L), Map.of("epoch 7", 1L, "epoch 9", 1L)),
                new LineageDiff.Aspect("model of embed", 2, Map.of("e@1#11", 2L), Map.of("e@2#22", 2L)));
        assertThat(diff.lineage().all()).extracting(LineageDiff.Aspect::name).containsExactly("build", "gallery default", "model of embed", "settings");
        assertThat(diff.differentWithSameLineage()).isZero();
    }

    @Test
    void shouldCountDifferencesThatNoLineageExplains() {
        add(result("1", tea(0.5)).build(), result("1", coffee(0.5)).build());
        add(result("2", tea(0.5)).build(), result("2", tea(0.5)).build());
        assertThat(diff.differentWithSameLineage()).isEqualTo(1);
        assertThat(diff.lineage().different()).isEmpty();
    }

    @Test
    void shouldHoldAFewValuesOfAnAspectOnlyAndCountTheRest() {
        LineageDiff lineage = new LineageDiff();
        for (int i = 0; i < LineageDiff.MAX_VALUES + 3; i++) {
            lineage.add(TestResults.lineage("e@1#11", i), TestResults.lineage("e@1#11", i));
        }
        Map<String, Long> epochs = lineage.all().stream().filter(aspect -> aspect.name().equals("gallery default")).findFirst().orElseThrow().a();
        assertThat(epochs).hasSize(LineageDiff.MAX_VALUES + 1).containsEntry(LineageDiff.OTHERS, 3L);
    }

    @Test
    void shouldHoldAsManyPairsOfNamesAsItSaysAndCountTheRest() {
        for (int i = 0; i <= Diff.MAX_RENAMES; i++) {
            add(result("r" + i, tea(0.5)).build(), result("r" + i, thing(0, 0, 10, 10, 0.9, "name " + i, 0.5)).build());
        }
        assertThat(diff.renames()).hasSize(Diff.MAX_RENAMES);
        assertThat(diff.otherRenames()).isEqualTo(1);
    }
}
