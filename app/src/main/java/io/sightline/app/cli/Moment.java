package io.sightline.app.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as a command line says it. */
final class Moment {
    static final String FORMS = "2026-11-21T17:00:00Z, 2026-11-21 (its beginning, UTC), or how long ago: 90s, 30m, 2h, 7d";
    private static final Pattern AGE = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private Moment() {
    }

    /**
     * @param what the option
     * @throws IllegalArgumentException where the text is none of {@link #FORMS}
     */
    static Instant parse(String what, String text, Instant now) {
        Matcher age = AGE.matcher(text);
        if (age.matches()) {
            long number = Long.parseLong(age.group(1));
            return now.minus(switch (age.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            });
        }
        try {
            return DATE.matcher(text).matches() ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC) : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(what + ": '" + text + "' (expected: " + FORMS + ")", e);
        }
    }
}
