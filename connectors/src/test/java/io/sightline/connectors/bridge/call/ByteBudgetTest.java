package io.sightline.connectors.bridge.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void shouldGiveAShareBackOnceWhenItsCallEnds() {
        ByteBudget budget = new ByteBudget(10);
        ByteBudget.Share share = budget.share();
        assertThat(share.take(4)).isTrue();
        assertThat(share.take(5)).isTrue();
        assertThat(share.take(2)).isFalse();
        assertThat(budget.taken()).isEqualTo(9);
        share.end();
        share.end();
        assertThat(budget.taken()).isZero();
    }

    /** Data may come a moment after the end: nobody would give back what is taken for it then. */
    @Test
    void shouldTakeNothingForACallThatHasEnded() {
        ByteBudget budget = new ByteBudget(10);
        ByteBudget.Share share = budget.share();
        share.end();
        assertThat(share.take(1)).isFalse();
        assertThat(budget.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldHoldAShareUntilCallAndWorkHaveEnded(boolean callFirst) {
        // given
        ByteBudget budget = new ByteBudget(10);
        ByteBudget.Share share = budget.share();
        share.take(7);
        CompletableFuture<String> work = new CompletableFuture<>();
        assertThat(share.during(() -> work)).isSameAs(work);
        Runnable endOfCall = share::end;
        Runnable endOfWork = () -> work.cancel(false);
        // when, then
        (callFirst ? endOfCall : endOfWork).run();
        assertThat(budget.taken()).isEqualTo(7);
        (callFirst ? endOfWork : endOfCall).run();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void shouldNotHoldAShareForWorkThatDoesNotBegin() {
        ByteBudget budget = new ByteBudget(10);
        ByteBudget.Share share = budget.share();
        share.take(7);
        assertThatThrownBy(() -> share.during(() -> {
            throw new IllegalStateException("made by the test");
        })).hasMessage("made by the test");
        share.end();
        assertThat(budget.taken()).isZero();
        // and where the call has ended before, its bytes are somebody else's
        assertThat(share.during(() -> {
            throw new AssertionError("begun");
        })).failsWithin(Duration.ofSeconds(60)).withThrowableThat().withCauseInstanceOf(HttpProblem.class).withMessageContaining("the caller went away before the work began");
    }
}
