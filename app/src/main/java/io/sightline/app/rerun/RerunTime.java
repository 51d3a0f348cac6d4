package io.sightline.app.rerun;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Points in time as people type them. */
public final class RerunTime {
    private static final Pattern AGO = Pattern.compile("-([0-9]{1,9})(s|m|h|d)");

    private RerunTime() {
    }

    /**
     * @param text 2026-11-21T17:00:00Z, 2026-11-21T17:00 or 2026-11-21 (this machine's time zone), -90s, -15m, -1h, -2d (before now), now, or earliest
     * @throws IllegalArgumentException anything else
     */
    public static Instant parse(String option, String text, Instant now, ZoneId zone) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            Instant then = now.minus(switch (ago.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            });
            return then.isBefore(Instant.EPOCH) ? Instant.EPOCH : then;
        }
        if (text.equals("now")) {
            return now;
        }
        if (text.equals("earliest")) {
            return Instant.EPOCH;
        }
        try {
            if (text.matches(".*T.*(Z|[+-][0-9:]+)")) {
                return OffsetDateTime.parse(text).toInstant();
            }
            return (text.contains("T") ? LocalDateTime.parse(text) : LocalDate.parse(text).atStartOfDay()).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(option + ": '" + text + "' (expected: a time such as 2026-11-21T17:00:00Z or 2026-11-21T17:00, -30m, -1h, -2d, now or earliest)");
        }
    }
}
