package io.sightline.connectors.bridge.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND); // the clock may overflow
    private final TokenBucket bucket = new TokenBucket(2, 3, nanos::get);

    @Test
    void shouldLetInTheBurstAndThenTheRate() {
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isEqualTo(SECOND / 2);
        nanos.addAndGet(SECOND / 2 - 1);
        assertThat(bucket.take()).isPositive();
        nanos.addAndGet(1);
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isPositive();
    }

    @Test
    void shouldSaveUpNoMoreThanTheBurst() {
        nanos.addAndGet(100 * SECOND);
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isPositive();
    }

    @Test
    void shouldWaitForADebt() {
        assertThat(bucket.take()).isZero();
        bucket.charge(6);
        assertThat(bucket.take()).isEqualTo(5 * SECOND / 2);
        nanos.addAndGet(5 * SECOND / 2);
        assertThat(bucket.take()).isZero();
    }
}
