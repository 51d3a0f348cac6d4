package io.sightline.processors.recognition;

import io.sightline.schemas.ErrorCode;
import java.util.Map;

/** What came of reading a request. */
sealed interface RequestRead {
    record Valid(RecognitionJob job) implements RequestRead {
    }

    /** @param requestId always usable as a record key */
    record Invalid(String requestId, Map<String, String> attributes, ErrorCode code, String message) implements RequestRead {
    }
}
