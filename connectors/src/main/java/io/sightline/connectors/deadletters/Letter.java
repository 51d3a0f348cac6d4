package io.sightline.connectors.deadletters;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What there is to say about a dead letter, its bytes left out.
 *
 * @param time when it was published
 * @param errNo the error number; empty: the record has none and is no dead letter of Sightline's
 * @param reason why it could not be processed; may be empty
 * @param source where the original was; empty: not said
 * @param id the request's id, or the gallery entry's key; empty: it has none
 * @param pipeline the pipeline that a request asked for; empty: none, or it is no request
 * @param bytes length of the original; -1: null, a removal or left out
 * @param leftOut true: the original was too large for the topic and is not in the letter
 * @param retries how often the original had been sent again before it came here
 * @param retryOf the letter it was sent again from
 */
public record Letter(LetterPlace place, Instant time, OptionalInt errNo, String reason, Optional<Source> source, Optional<String> id, Optional<String> pipeline, int bytes,
        boolean leftOut, int retries, Optional<LetterPlace> retryOf) {

    /** A record's place. */
    public record Source(String topic, int partition, long offset) {
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }
}
