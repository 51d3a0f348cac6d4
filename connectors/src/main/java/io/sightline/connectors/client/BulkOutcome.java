package io.sightline.connectors.client;

/**
 * What became of one line of a bulk edit.
 *
 * @param line from 1
 * @param id the entry's id where it is known, else empty
 * @param errNo 0, or the error number
 * @param message empty, or one sentence: what was seen and what was expected
 * @param epoch sequence number of the edit; 0 where it was refused
 */
public record BulkOutcome(int line, String id, int errNo, String message, long epoch) {
    public boolean ok() {
        return errNo == 0;
    }
}
