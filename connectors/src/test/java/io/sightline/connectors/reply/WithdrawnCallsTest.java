package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WithdrawnCallsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // the clock may overflow
    private final WithdrawnCalls calls = new WithdrawnCalls(100, nanos::get);

    @Test
    void shouldKnowACallUntilItIsForgotten() {
        assertThat(calls.any()).isFalse();
        calls.add("a");
        calls.add("b");
        assertThat(calls.contains("a")).isTrue();
        calls.forget("a");
        calls.forget("a stranger's");
        assertThat(calls.contains("a")).isFalse();
        assertThat(calls.contains("b")).isTrue();
        assertThat(calls.any()).isTrue();
        calls.forget("b");
        assertThat(calls.any()).isFalse();
    }

    @Test
    void shouldForgetTheOldestWhenOneMoreThanItsLimitIsWithdrawn() {
        for (int i = 0; i <= WithdrawnCalls.MAX; i++) {
            calls.add("t" + i);
        }
        assertThat(calls.size()).isEqualTo(WithdrawnCalls.MAX);
        assertThat(calls.contains("t0")).isFalse();
        assertThat(calls.contains("t1")).isTrue();
        assertThat(calls.contains("t" + WithdrawnCalls.MAX)).isTrue();
    }

    @Test
    void shouldForgetACallOnceItsRequestIsPastItsDeadline() {
        calls.add("old");
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(calls.size()).isEqualTo(1);
        nanos.incrementAndGet();
        assertThat(calls.size()).isZero();
        assertThat(calls.any()).isFalse();
    }
}
