package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-11-21T18:00:00Z");
    private static final ZoneId HERE = ZoneId.of("+02:00");

    @ParameterizedTest
    @CsvSource({"now, 2026-11-21T18:00:00Z", "-90s, 2026-11-21T17:58:30Z", "-30m, 2026-11-21T17:30:00Z", "-1h, 2026-11-21T17:00:00Z", "-2d, 2026-11-19T18:00:00Z",
        "2026-11-21T17:00:00Z, 2026-11-21T17:00:00Z", "2026-11-21T17:00:00+01:00, 2026-11-21T16:00:00Z", "2026-11-21T17:00, 2026-11-21T15:00:00Z", "2026-11-21, 2026-11-20T22:00:00Z"})
    void shouldReadWhatPeopleType(String text, Instant expected) {
        assertThat(Moment.parse("--from", text, NOW, HERE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "1h", "-1w", "2026-13-01", "2026-11-21T25:00", "1763731200000", "-99999999999s"})
    void shouldSayWhatItTakesOtherwise(String text) {
        assertThatThrownBy(() -> Moment.parse("--from", text, NOW, HERE)).isInstanceOf(IllegalArgumentException.class).hasMessage("--from: '" + text + "' (expected: " + Moment.FORMS + ")");
    }
}
