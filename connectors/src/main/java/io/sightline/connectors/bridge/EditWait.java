package io.sightline.connectors.bridge;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.Locale;
import java.util.Map;

/** What the sender of an edit waits for. */
enum EditWait {
    /** The edit is on its topic: it will not get lost. Nobody has looked at it yet; a bad one becomes a dead letter. */
    LOGGED,
    /** A worker has accepted the edit: its vector is made and on its topic, and the catalogue shows it. */
    ACCEPTED,
    /** Every worker answers from a state that has the edit. */
    SEARCHABLE;

    static final String PARAMETER = "wait";

    static EditWait of(Map<String, String> parameters) {
        String text = parameters.get(PARAMETER);
        if (text == null) {
            return ACCEPTED;
        }
        for (EditWait wait : values()) {
            if (wait.word().equals(text)) {
                return wait;
            }
        }
        throw new InvalidRequestException("wait: '" + RequestLimits.shown(text) + "' (expected: logged, accepted or searchable)");
    }

    /** As it is written in URLs and answers. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
