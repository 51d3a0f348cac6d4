package io.sightline.app.rerun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RerunTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T18:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("Asia/Kolkata");

    @ParameterizedTest
    @CsvSource({"2026-11-21T17:00:00Z, 2026-11-21T17:00:00Z", "2026-11-21T17:00:00.250+01:00, 2026-11-21T16:00:00.250Z", "2026-11-21T17:00Z, 2026-11-21T17:00:00Z",
        "2026-11-21T17:00, 2026-11-21T11:30:00Z", "2026-11-21T17:00:05, 2026-11-21T11:30:05Z", "2026-11-21, 2026-11-20T18:30:00Z",
        "-90s, 2026-11-21T17:58:30Z", "-15m, 2026-11-21T17:45:00Z", "-1h, 2026-11-21T17:00:00Z", "-2d, 2026-11-19T18:00:00Z", "now, 2026-11-21T18:00:00Z", "earliest, 1970-01-01T00:00:00Z", "-999999999d, 1970-01-01T00:00:00Z"})
    void shouldReadTimesAsPeopleTypeThem(String text, Instant expected) {
        assertThat(RerunTime.parse("--from", text, NOW, ZONE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "1h", "-1w", "-h", "-1.5h", "2026-13-01", "2026-11-21T25:00", "2026-11-21 17:00", "1763731200", "-9999999999d", "2026-11-21T17:00:00+99:00"})
    void shouldRefuseWhatIsNoTime(String text) {
        assertThatThrownBy(() -> RerunTime.parse("--from", text, NOW, ZONE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--from: '" + text + "' (expected: a time such as 2026-11-21T17:00:00Z or 2026-11-21T17:00, -30m, -1h, -2d, now or earliest)");
    }
}
