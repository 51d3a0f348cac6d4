package io.sightline.connectors.diff;

import static io.sightline.connectors.diff.TestResults.result;
import static io.sightline.connectors.diff.TestResults.thing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailIfTest {
    /** Of 200 requests on both sides one is called differently; A has one more. */
    private static Diff diff() {
        Diff diff = new Diff(1);
        ResultComparison comparison = new ResultComparison(Tolerance.EXACT);
        for (int i = 0; i < 200; i++) {
            diff.add(comparison.compare(Optional.of(result("r" + i, thing(0, 0, 9, 9, 0.9, "tea", 0.8)).build()),
                    Optional.of(result("r" + i, thing(0, 0, 9, 9, 0.9, i == 0 ? "coffee" : "tea", 0.8)).build())));
        }
        diff.add(comparison.compare(Optional.of(result("more").build()), Optional.empty()));
        return diff;
    }

    @ParameterizedTest
    @CsvSource({"label-changed>0.5%, false", "label-changed>=0.5%, true", "label-changed>0.499999999%, true", "label-changed>0, true", "label-changed>1, false", "label-changed>=1, true",
        "LABEL-CHANGED > 0 , true", "vanished>0, false", "vanished>=0, true", "different>1, true", "different>2, false", "only-in-a>0%, true", "only-in-b>0%, false", "same>100%, false",
        "same>=99.5%, true"})
    void shouldHoldExactlyWhereItSays(String text, boolean holds) {
        assertThat(FailIf.parse(text).holds(diff())).isEqualTo(holds);
    }

    @Test
    void shouldNotHoldForAShareOfNothing() {
        assertThat(FailIf.parse("label-changed>0%").holds(new Diff(1))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "label-changed | in quotes: a shell takes > for itself",
        "label-changed<1 | KIND>NUMBER or KIND>PERCENT%",
        "label-changed>x | KIND>NUMBER or KIND>PERCENT%",
        "label-changed>-1 | KIND>NUMBER or KIND>PERCENT%",
        "label-changed>0.5 | 0.5 requests (expected: a whole number, or a % behind it)",
        "label-changed>100.1% | 100.1% (expected: 0..100%)",
        "label-chnged>1 | nearest: label-changed (expected: one of error-changed, label-changed,",
        "nonsense>1 | kind 'nonsense' (expected: one of "})
    void shouldSayWhatIsWrongWithACondition(String text, String message) {
        assertThatThrownBy(() -> FailIf.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("--fail-if: '" + text + "'").hasMessageContaining(message);
    }
}
