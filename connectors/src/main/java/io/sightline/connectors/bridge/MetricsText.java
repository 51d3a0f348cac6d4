package io.sightline.connectors.bridge;

/** What /metrics answers. Thread-safe. */
public interface MetricsText {
    /**
     * @param contentType of the body
     * @param body all of it
     */
    record Page(String contentType, byte[] body) {
    }

    /**
     * The metrics as they are now. May block for a second or so.
     *
     * @param accept the scraper's header of that name; null: it had none
     */
    Page write(String accept);
}
