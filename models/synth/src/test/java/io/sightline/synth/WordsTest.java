package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void shouldGiveLowerCaseLettersOnlyWhenWordsAreInvented() {
        Rng rng = new Rng(1, 1);
        for (int i = 0; i < 300; i++) {
            assertThat(Words.word(rng, 1 + i % 3)).matches("[a-z]+");
        }
    }

    @Test
    void shouldRaiseTheFirstLetterWhenCapitalised() {
        assertThat(Words.capitalised("zol")).isEqualTo("Zol");
        assertThat(Words.capitalised("a")).isEqualTo("A");
    }
}
