package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StaleEntriesTest {
    @Test
    void shouldCountTheEntriesOfOneGallery() {
        StaleEntries stale = new StaleEntries();
        stale.add("shop/a", 1);
        stale.add("shop/b", 2);
        stale.add("shop2/a", 3);
        stale.add("shop/b", 4);
        assertThat(stale.count("shop")).isEqualTo(2);
        assertThat(stale.count("shop2")).isEqualTo(1);
        assertThat(stale.count("sho")).isZero();
        stale.remove("shop/b", 4);
        assertThat(stale.count("shop")).isEqualTo(1);
    }
}
