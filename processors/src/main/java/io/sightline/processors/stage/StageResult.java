package io.sightline.processors.stage;

import io.sightline.schemas.ErrorCode;

/**
 * What a stage made of one item: a value, or the reason why there is none. A stage never throws for what a user sent.
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

    static <T> StageResult<T> accepted(T value) {
        return new Accepted<>(value);
    }

    static <T> StageResult<T> rejected(ErrorCode code, String message) {
        return new Rejected<>(code, message);
    }
}
