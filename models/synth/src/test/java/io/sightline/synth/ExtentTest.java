package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtentTest {
    @Test
    void shouldBoxTheOwnedPixelsWhenSomeAreOwned() {
        Canvas canvas = new Canvas(10, 8);
        canvas.owner[2 * 10 + 3] = 1;
        canvas.owner[5 * 10 + 7] = 1;
        canvas.owner[7 * 10 + 9] = 2;

        Extent extent = Extent.of(canvas, 1);

        assertThat(extent.box()).containsExactly(3, 2, 8, 6);
        assertThat(extent.pixels()).isEqualTo(2);
    }

    @Test
    void shouldCountNothingWhenNobodyOwnsAPixel() {
        assertThat(Extent.of(new Canvas(4, 4), 1).pixels()).isZero();
    }
}
