package io.sightline.processors.recognition;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.Optional;

/** What became of a request: always a result, and a dead letter where it could not be processed. One that was withdrawn has none: nothing was wrong with it. */
public record RecognitionOutcome(RecognitionResult result, Optional<DeadLetter> deadLetter) {
    boolean isWithdrawn() {
        return deadLetter.isEmpty() && result.getStatus() != RecognitionStatus.RECOGNISED;
    }
}
