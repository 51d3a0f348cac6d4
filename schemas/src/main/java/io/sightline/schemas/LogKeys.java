package io.sightline.schemas;

/** Names of the keys that log lines carry beside their message (SLF4J's key-value pairs). */
public final class LogKeys {
    /** The request, or gallery edit, that the line is about. */
    public static final String REQUEST_ID = "request_id";
    /** Of several requests, comma-separated. */
    public static final String REQUEST_IDS = "request_ids";
    /** Paddle Serving's number for a call, as its caller gave it. */
    public static final String LOG_ID = "log_id";

    private LogKeys() {
    }
}
