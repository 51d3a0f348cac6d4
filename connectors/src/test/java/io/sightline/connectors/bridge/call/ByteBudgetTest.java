package io.sightline.connectors.bridge.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    @Test
    void shouldGiveUpToItsLimitAndNotOneByteMore() {
        ByteBudget budget = new ByteBudget(10);
        assertThat(budget.take(9)).isTrue();
        assertThat(budget.take(2)).isFalse();
        assertThat(budget.take(1)).isTrue();
        assertThat(budget.take(1)).isFalse();
        assertThat(budget.taken()).isEqualTo(10);
    }

    @Test
    void shouldGiveAgainWhatCameBack() {
        ByteBudget budget = new ByteBudget(10);
        budget.take(10);
        budget.giveBack(4);
        assertThat(budget.take(4)).isTrue();
        assertThat(budget.taken()).isEqualTo(10);
    }
}
