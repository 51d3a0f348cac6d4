package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final List<String> KNOWN = List.of("out", "count", "seed", "share");

    @Test
    void shouldReadValuesWhenPairsAreWellFormed() {
        Options options = options("--out", "folder", "--count", "12", "--seed", "-6000000000", "--share", "0.25");

        assertThat(options.path("out")).isEqualTo(Path.of("folder"));
        assertThat(options.number("count", 1)).isEqualTo(12);
        assertThat(options.seed("seed")).isEqualTo(-6_000_000_000L);
        assertThat(options.share("share", 0)).isEqualTo(0.25);
    }

    @Test
    void shouldUseTheFallbackWhenAnOptionIsLeftOut() {
        assertThat(options().number("count", 1, 7)).isEqualTo(7);
        assertThat(options().share("share", 0.5)).isEqualTo(0.5);
    }

    @Test
    void shouldNameTheKnownOptionsWhenOneIsUnknown() {
        assertThatThrownBy(() -> options("--colour", "red")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--colour: unknown option of scenes (expected: one of --out, --count, --seed, --share)");
        assertThatThrownBy(() -> options("count", "3")).hasMessageStartingWith("count: unknown option of scenes");
    }

    @Test
    void shouldSayWhichValueIsMissingWhenTheLineEndsEarly() {
        assertThatThrownBy(() -> options("--count")).hasMessage("--count: no value (expected: --count VALUE)");
        assertThatThrownBy(() -> options().path("out")).hasMessage("--out: missing (expected: --out VALUE)");
    }

    @Test
    void shouldSayWhatWasSeenWhenANumberIsWrong() {
        assertThatThrownBy(() -> options("--count", "many").number("count", 1)).hasMessage("--count: many (expected: a whole number >= 1)");
        assertThatThrownBy(() -> options("--count", "0").number("count", 1)).hasMessage("--count: 0 (expected: a whole number >= 1)");
        assertThatThrownBy(() -> options("--count", "3000000000").number("count", 1, 5))
                .hasMessage("--count: 3000000000 (expected: a whole number >= 1)");
        assertThatThrownBy(() -> options("--seed", "1.5").seed("seed")).hasMessage("--seed: 1.5 (expected: a whole number)");
        assertThatThrownBy(() -> options("--share", "1.5").share("share", 0)).hasMessage("--share: 1.5 (expected: 0..1)");
        assertThatThrownBy(() -> options("--share", "half").share("share", 0)).hasMessage("--share: half (expected: 0..1)");
    }

    private static Options options(String... pairs) {
        String[] line = new String[pairs.length + 1];
        line[0] = "scenes";
        System.arraycopy(pairs, 0, line, 1, pairs.length);
        return new Options(line, KNOWN);
    }
}
