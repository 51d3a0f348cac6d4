package io.sightline.schemas.wire;

import org.apache.kafka.common.errors.ApiException;

/**
 * The schema registry answered what it should not, or refused a schema. No record's fault: an ApiException, as all of the registry's
 * troubles are, never a SerializationException.
 */
public final class RegistryException extends ApiException {
    private static final long serialVersionUID = 1L;

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
