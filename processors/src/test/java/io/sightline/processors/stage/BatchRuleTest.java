package io.sightline.processors.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchRuleTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1000, 1000, 500",
        "1, 1000, 1400, 100",
        "1, 1000, 1500, 0",
        "1, 1000, 9000, -7500",
        "7, 1000, 1001, 499",
        "8, 1000, 1000, 0",
        "9, 1000, 1000, 0",
    })
    void shouldWaitFromTheOldestItemOnWhenTheBatchIsNotFull(int queued, long oldestNs, long nowNs, long expectedNs) {
        assertThat(new BatchRule(8, 500).waitNs(queued, oldestNs, nowNs)).isEqualTo(expectedNs);
    }

    @Test
    void shouldNotWaitWhenThereIsNoDelay() {
        assertThat(new BatchRule(8, 0).waitNs(1, 1000, 1000)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1", "7, 0, 7", "8, 0, 8", "9, 0, 8", "1, 3, 1", "6, 1, 3", "7, 1, 4", "7, 2, 3", "2, 3, 1", "40, 1, 8"})
    void shouldShareWhatWaitsWithIdleLanesWhenThereIsNoDelay(int queued, int idle, int expected) {
        assertThat(new BatchRule(8, 0).share(queued, idle)).isEqualTo(expected);
    }

    @Test
    void shouldTakeAllItMayWhenItemsWereWaitedFor() {
        assertThat(new BatchRule(8, 500).share(7, 3)).isEqualTo(7);
        assertThat(new BatchRule(8, 500).share(9, 3)).isEqualTo(8);
    }

    @Test
    void shouldTakeFractionsOfMillisecondsFromTheSettings() {
        assertThat(BatchRule.of(new StageSettings(1, 4, 0.25, 8))).isEqualTo(new BatchRule(4, 250_000));
    }
}
