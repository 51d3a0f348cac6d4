package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** How the answers of a {@link Batch} reach the caller. Used on the connection's event loop only. */
interface BatchOut {
    /** What the images of a call came to. */
    record Counts(int images, int recognised, int rejected, int failed) {
        void write(String requestId, JsonGenerator json) throws IOException {
            json.writeStringField("request_id", requestId);
            json.writeNumberField("images", images);
            json.writeNumberField("recognised", recognised);
            json.writeNumberField("rejected", rejected);
            json.writeNumberField("failed", failed);
        }
    }

    /**
     * One image's answer.
     *
     * @param index of the image in the form, from 0
     * @param fetched run once there is room for another answer; on the event loop, perhaps at once
     */
    void result(int index, byte[] json, Runnable fetched);

    /** All images have been answered. */
    void end(String requestId, Counts counts);

    /** Nothing more comes, whether all images have been answered or not. */
    void close();
}
