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

    @Test
    void shouldTakeFractionsOfMillisecondsFromTheSettings() {
        assertThat(BatchRule.of(new StageSettings(1, 4, 0.25, 8))).isEqualTo(new BatchRule(4, 250_000));
    }
}
