package io.sightline.schemas.wire;

import io.sightline.schemas.Causes;
import org.apache.kafka.common.errors.ApiException;

/**
 * The schema registry can't be asked now, or refuses what is asked of it: no record's fault, and no reason to give a record up. It is being asked
 * again in the background.
 */
public final class RegistryUnavailableException extends ApiException {
    private static final long serialVersionUID = 1L;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the failure comes from one of these. */
    public static boolean isCauseOf(Throwable failure) {
        return Causes.include(failure, RegistryUnavailableException.class);
    }
}
