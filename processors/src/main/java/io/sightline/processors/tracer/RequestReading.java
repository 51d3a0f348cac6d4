package io.sightline.processors.tracer;

import io.sightline.schemas.ErrorCode;
import java.util.Map;

/**
 * What became of a pipeline's requests since the worker was started.
 *
 * @param seconds of all of them
 * @param errors those that ended with an error, by its code
 */
public record RequestReading(String pipeline, Distribution seconds, Map<ErrorCode, Double> errors) {
    public RequestReading {
        errors = Map.copyOf(errors);
    }
}
