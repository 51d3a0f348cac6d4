package io.sightline.connectors.deadletters;

import io.sightline.connectors.walk.Span;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which dead letters are meant: those that all of this is true of.
 *
 * @param places only these; empty: any
 * @param span when they were published
 * @param errNo the error number
 * @param reason text that stands in the reason, whatever the case
 * @param id the request's id, or the gallery entry's key
 * @param pipeline the pipeline that the request asked for by name
 * @param sourceTopic the topic the original was on
 */
public record LetterSelection(Set<LetterPlace> places, Span span, OptionalInt errNo, Optional<String> reason, Optional<String> id, Optional<String> pipeline,
        Optional<String> sourceTopic) {
    public static final LetterSelection ALL = new LetterSelection(Set.of(), Span.ALL, OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public LetterSelection {
        places = Set.copyOf(places);
    }

    public boolean contains(Letter letter) {
        return (places.isEmpty() || places.contains(letter.place()))
                && span.contains(letter.time().toEpochMilli())
                && (errNo.isEmpty() || errNo.equals(letter.errNo()))
                && reason.map(text -> letter.reason().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT))).orElse(true)
                && (id.isEmpty() || id.equals(letter.id()))
                && (pipeline.isEmpty() || pipeline.equals(letter.pipeline()))
                && (sourceTopic.isEmpty() || sourceTopic.equals(letter.source().map(Letter.Source::topic)));
    }
}
