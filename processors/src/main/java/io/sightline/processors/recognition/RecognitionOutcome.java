package io.sightline.processors.recognition;

import io.sightline.schemas.RecognitionResult;
import java.util.Optional;

/** What became of a request: always a result, and a dead letter where it could not be processed. */
public record RecognitionOutcome(RecognitionResult result, Optional<DeadLetter> deadLetter) {
}
