package io.sightline.connectors.bridge.store;

import com.linecorp.armeria.common.HttpStatus;

/**
 * An answer as it was given, or would have been.
 *
 * @param status what it was, or would have been, given with
 * @param json its body; not to be changed
 */
public record StoredAnswer(HttpStatus status, byte[] json) {
    /** True where asking again would bring the same: recognised, or the request's own fault. False where the service was in trouble. */
    public boolean isLasting() {
        return status.isSuccess() || status.equals(HttpStatus.BAD_REQUEST) || status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE);
    }
}
