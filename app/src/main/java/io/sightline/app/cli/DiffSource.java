package io.sightline.app.cli;

import io.sightline.app.diff.FileResults;
import io.sightline.app.diff.ResultSet;
import io.sightline.app.diff.TopicResults;
import io.sightline.connectors.walk.Span;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the user calls a set of results.
 *
 * @param span of topics that don't name their own
 */
record DiffSource(Map<String, String> kafka, SchemaRegistry registry, Span span) {
    private static final String TOPIC = "topic:";
    private static final Pattern FORM = Pattern.compile("topic:(?<name>[A-Za-z0-9._-]{1,249})(?:@(?<from>.*?)\\.\\.(?<to>.*))?");

    static boolean isTopic(String text) {
        return text.startsWith(TOPIC);
    }

    /** @throws IllegalArgumentException where a topic is not named rightly */
    ResultSet of(String text) {
        if (!isTopic(text)) {
            return new FileResults(text, Path.of(text));
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' (expected: topic:NAME or topic:NAME@FROM..TO, a time on either side may be left out)");
        }
        Span own = form.group("from") == null ? span : new Span(moment(text, form.group("from")), moment(text, form.group("to")));
        return new TopicResults(text, kafka, form.group("name"), own, registry);
    }

    private static Optional<Instant> moment(String text, String time) {
        return time.isEmpty() ? Optional.empty() : Optional.of(Moment.parse(text, time, Instant.now(), ZoneId.systemDefault()));
    }
}
