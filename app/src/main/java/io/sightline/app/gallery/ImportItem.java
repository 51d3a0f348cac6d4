package io.sightline.app.gallery;

import java.io.IOException;

/**
 * One entry to import.
 *
 * @param place file and line, for messages
 * @param id the entry's id; null: the server makes one
 * @param line makes the JSON line to send; reads the picture where there is one
 */
record ImportItem(String place, String id, Line line) {
    /** Made when its turn comes, so that few pictures are in memory. */
    interface Line {
        /**
         * @throws IOException the picture can't be read
         * @throws IllegalArgumentException the entry makes no sense; the message says what was seen and expected
         */
        byte[] bytes() throws IOException;
    }
}
