package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-11-21T18:00:00Z");

    @ParameterizedTest
    @CsvSource({"2026-11-21T17:00:00Z, 2026-11-21T17:00:00Z", "2026-11-21T17:00:00.250+01:00, 2026-11-21T16:00:00.250Z", "2026-11-21T17:00Z, 2026-11-21T17:00:00Z",
        "2026-11-21T17:00, 2026-11-21T17:00:00Z", "2026-11-21T17:00:05.5, 2026-11-21T17:00:05.500Z", "2026-11-21, 2026-11-21T00:00:00Z",
        "90s, 2026-11-21T17:58:30Z", "-90s, 2026-11-21T17:58:30Z", "-15m, 2026-11-21T17:45:00Z", "1h, 2026-11-21T17:00:00Z", "-2d, 2026-11-19T18:00:00Z", "now, 2026-11-21T18:00:00Z",
        "earliest, 1970-01-01T00:00:00Z"})
    void shouldReadMomentsAsPeopleTypeThem(String text, Instant expected) {
        assertThat(Moment.parse("--from", text, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "-1w", "-h", "-1.5h", "2026-13-01", "2026-11-21T25:00", "2026-11-21 17:00", "1763731200", "-1000000s", "2026-11-21T17:00:00+99:00"})
    void shouldRefuseWhatIsNoMoment(String text) {
        assertThatThrownBy(() -> Moment.parse("--from", text, NOW)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--from: '" + text + "' (expected: 2026-11-21T17:00:00Z, 2026-11-21T17:00 or 2026-11-21 (UTC), how long ago: 90s, 30m, 2h, 7d (or -2h), now or earliest)");
    }
}
