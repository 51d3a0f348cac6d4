package io.sightline.app.cli;

import io.sightline.connectors.deadletters.LetterPlace;
import io.sightline.connectors.deadletters.LetterSelection;
import io.sightline.connectors.walk.Span;
import io.sightline.schemas.topics.Topics;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which dead letters are meant. */
final class LetterOptions {
    @Option(names = "--err-no", paramLabel = "N", description = "only letters with this error number")
    private Integer errNo;
    @Option(names = "--reason", paramLabel = "TEXT", description = "only letters whose reason has this text in it, whatever the case")
    private String reason;
    @Option(names = "--from", paramLabel = "TIME", description = "only letters of this time or later: " + Moment.FORMS)
    private String from;
    @Option(names = "--to", paramLabel = "TIME", description = "only letters from before this time")
    private String to;
    @Option(names = "--id", paramLabel = "ID", description = "only letters of the request with this id, or of the gallery entry with this key")
    private String id;
    @Option(names = "--pipeline", paramLabel = "NAME", description = "only letters of requests that asked for this pipeline")
    private String pipeline;
    @Option(names = "--source", paramLabel = "TOPIC", description = "only letters of originals on this topic: requests or gallery, or its whole name")
    private String source;

    /** Whether anything was said that leaves letters out. */
    boolean isEmpty() {
        return errNo == null && reason == null && from == null && to == null && id == null && pipeline == null && source == null;
    }

    LetterSelection selection(Topics topics, List<String> places) {
        Instant now = Instant.now();
        Set<LetterPlace> wanted = places.stream().map(LetterPlace::parse).collect(Collectors.toSet());
        Span span = new Span(Optional.ofNullable(from).map(text -> Moment.parse("--from", text, now, ZoneId.systemDefault())), Optional.ofNullable(to).map(text -> Moment.parse("--to", text, now, ZoneId.systemDefault())));
        return new LetterSelection(wanted, span, errNo == null ? OptionalInt.empty() : OptionalInt.of(errNo), Optional.ofNullable(reason), Optional.ofNullable(id),
                Optional.ofNullable(pipeline), Optional.ofNullable(source).map(topic -> topic.startsWith(topics.prefix()) ? topic : topics.prefix() + topic));
    }
}
