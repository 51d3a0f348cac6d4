package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InOrderTest {
    @Test
    void shouldHandItemsOverInOrderWhenManyAreMade() {
        List<Integer> taken = new ArrayList<>();

        InOrder.make(500, i -> i * 3, (i, item) -> taken.add(item - 2 * i));

        assertThat(taken).containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
    }

    @Test
    void shouldNotRunFarAheadWhenTheSinkIsSlow() {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger furthest = new AtomicInteger();

        InOrder.make(300, i -> made.incrementAndGet(), (i, item) -> furthest.accumulateAndGet(made.get() - i, Math::max));

        assertThat(furthest.get()).isLessThanOrEqualTo(64);
    }

    @Test
    void shouldTellTheCauseWhenAnItemCannotBeMade() {
        assertThatThrownBy(() -> InOrder.make(10, i -> {
            if (i == 4) {
                throw new IllegalArgumentException("no such product");
            }
            return i;
        }, (i, item) -> { })).isInstanceOf(IllegalStateException.class).hasMessageContaining("no such product");
    }

    @Test
    void shouldStopWhenTheSinkFails() {
        assertThatThrownBy(() -> InOrder.make(10, i -> i, (i, item) -> {
            throw new IOException("disk full");
        })).isInstanceOf(UncheckedIOException.class).hasMessageContaining("disk full");
    }
}
