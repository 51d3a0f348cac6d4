package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.reply.PendingCalls.PendingCall;
import io.sightline.connectors.reply.ReplyException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PendingCallsTest {
    @Test
    void shouldForgetACallHoweverItEnds() {
        PendingCalls calls = new PendingCalls(10);
        calls.add("answered", "t").future().complete(null);
        calls.add("cancelled", "t").future().cancel(false);
        calls.add("timed out", "t").future().completeExceptionally(new ReplyException(Reason.TIMEOUT, "x"));
        calls.add("failed", "t").future().completeExceptionally(new IllegalStateException("x"));
        assertThat(calls.stats()).isEqualTo(new ReplyStats(0, 1, 1, 0, 1, 0, 1));
        assertThat(calls.get("answered")).isNull();
    }

    @Test
    void shouldCountARefusedCallOnlyAsRefused() {
        PendingCalls calls = new PendingCalls(1);
        calls.add("a", "1");
        assertThatThrownBy(() -> calls.add("b", "2")).isInstanceOf(ReplyException.class);
        assertThat(calls.stats()).isEqualTo(new ReplyStats(1, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void shouldKeepTheFirstCallWhenItsIdComesTwice() {
        PendingCalls calls = new PendingCalls(2);
        PendingCall first = calls.add("a", "1");
        assertThatThrownBy(() -> calls.add("a", "2")).isInstanceOfSatisfying(ReplyException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DUPLICATE));
        assertThat(calls.get("a")).isSameAs(first);
        assertThat(calls.size()).isEqualTo(1);
    }

    @Test
    void shouldNeverHoldMoreThanItsLimitWhenManyThreadsAdd() throws Exception {
        // given
        PendingCalls calls = new PendingCalls(50);
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < 20; i++) {
                    try {
                        calls.add(number + "-" + i, "t");
                    } catch (ReplyException e) {
                        refused.incrementAndGet();
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        // when
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        // then
        assertThat(calls.size()).isEqualTo(50);
        assertThat(refused).hasValue(110);
        calls.failAll(new ReplyException(Reason.CLOSED, "x"));
        assertThat(calls.size()).isZero();
    }
}
