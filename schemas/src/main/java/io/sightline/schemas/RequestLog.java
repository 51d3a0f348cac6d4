package io.sightline.schemas;

import org.slf4j.MDC;

/**
 * Marks log lines as being about a request, so that a log in JSON has its id in a field of its own, {@code mdc.request_id}. The texts of such lines
 * name the request too. Neither ever has bytes of a picture.
 */
public final class RequestLog {
    public static final String KEY = "request_id";

    private RequestLog() {
    }

    /** For the lines that this thread logs until it is closed. @param requestId null or empty: not known */
    public static MDC.MDCCloseable about(String requestId) {
        return MDC.putCloseable(KEY, requestId == null || requestId.isEmpty() ? null : requestId);
    }
}
