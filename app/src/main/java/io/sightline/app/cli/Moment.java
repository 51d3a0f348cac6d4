package io.sightline.app.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as a command line says it. */
final class Moment {
    static final String FORMS = "2026-11-21T17:00:00Z, 2026-11-21T17:00 or 2026-11-21 (here), -90s, -30m, -1h, -2d, now";
    private static final Pattern AGO = Pattern.compile("-([0-9]{1,9})([smhd])");
    private static final Pattern WITH_ZONE = Pattern.compile(".*T.*(Z|[+-][0-9:]+)");

    private Moment() {
    }

    /**
     * @param what the option
     * @throws IllegalArgumentException where the text is none of {@link #FORMS}
     */
    static Instant parse(String what, String text, Instant now, ZoneId here) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long number = Long.parseLong(ago.group(1));
            return now.minus(switch (ago.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            });
        }
        if (text.equals("now")) {
            return now;
        }
        try {
            if (WITH_ZONE.matcher(text).matches()) {
                return OffsetDateTime.parse(text).toInstant();
            }
            return (text.contains("T") ? LocalDateTime.parse(text) : LocalDate.parse(text).atStartOfDay()).atZone(here).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(what + ": '" + text + "' (expected: " + FORMS + ")", e);
        }
    }
}
