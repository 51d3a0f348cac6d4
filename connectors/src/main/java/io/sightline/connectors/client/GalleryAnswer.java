package io.sightline.connectors.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the server said about a gallery.
 *
 * @param httpStatus 200, 201; 400 where the call was at fault, ...
 * @param json the answer
 */
public record GalleryAnswer(int httpStatus, JsonNode json) {
    public boolean ok() {
        return httpStatus / 100 == 2;
    }

    /** 0, or the error number. */
    public int errNo() {
        return json.path("err_no").intValue();
    }

    /** Empty, or one sentence: what was seen and what was expected. */
    public String message() {
        return json.path("err_msg").asText("");
    }
}
