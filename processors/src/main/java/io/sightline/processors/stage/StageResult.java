package io.sightline.processors.stage;

import io.sightline.schemas.ErrorCode;

/**
 * What a stage made of one item: a value, or the reason why there is none. A stage never throws for what a user sent. Whoever waits for a
 * {@link StageEngine} sees {@link Accepted} or {@link Rejected}; {@link Again} goes from a {@link BatchFunction} to its engine only.
 *
 * @param <T> the value
 */
public sealed interface StageResult<T> {
    record Accepted<T>(T value) implements StageResult<T> {
    }

    /**
     * @param code the error number; {@link ErrorCode#BAD_INPUT} and the like: the request was at fault; {@link ErrorCode#INFERENCE},
     *     {@link ErrorCode#UNKNOWN}: the service was
     * @param message one sentence: what was seen, what was expected
     */
    record Rejected<T>(ErrorCode code, String message) implements StageResult<T> {
    }

    /**
     * Nothing is known about the item: what its stage needs (a server, say) is away. The engine puts it back and gives it to the
     * function again after a pause, for as long as somebody wants it.
     *
     * @param reason one sentence, for the log
     */
    record Again<T>(String reason) implements StageResult<T> {
    }

    static <T> StageResult<T> accepted(T value) {
        return new Accepted<>(value);
    }

    static <T> StageResult<T> rejected(ErrorCode code, String message) {
        return new Rejected<>(code, message);
    }

    static <T> StageResult<T> again(String reason) {
        return new Again<>(reason);
    }
}
