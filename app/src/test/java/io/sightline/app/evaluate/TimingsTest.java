package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimingsTest {
    @Test
    void shouldGiveTheMiddleTime() {
        Timings timings = new Timings();
        timings.add(9_000_000);
        timings.add(1_000_000);
        timings.add(2_000_000);
        assertThat(timings.medianMs()).isEqualTo(2);
        timings.add(4_000_000);
        assertThat(timings.medianMs()).isEqualTo(3);
    }

    @Test
    void shouldForgetTheWarmUp() {
        Timings timings = new Timings();
        timings.add(9_000_000);
        timings.clear();
        assertThat(timings.medianMs()).isNaN();
        for (int i = 0; i < 5000; i++) {
            timings.add(1_000_000);
        }
        assertThat(timings.count()).isEqualTo(5000);
        assertThat(timings.medianMs()).isEqualTo(1);
    }
}
