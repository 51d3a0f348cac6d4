package io.sightline.connectors.client;

/**
 * What the server said.
 *
 * @param httpStatus 200 recognised, 400 rejected, ...
 * @param status recognised, rejected or failed
 * @param errNo 0, or the error number
 * @param json the answer as it came, one line
 */
public record RecognitionAnswer(int httpStatus, String status, int errNo, String json) {
    public boolean recognised() {
        return status.equals("recognised");
    }
}
