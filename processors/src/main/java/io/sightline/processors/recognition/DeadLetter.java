package io.sightline.processors.recognition;

import io.sightline.schemas.ErrorCode;

/**
 * Why a record could not be processed. The dead letter's key, value and headers are the record's own; the reason and the record's
 * place are added to the headers (see {@link io.sightline.schemas.RecordHeaders}).
 */
public record DeadLetter(InputRecord input, ErrorCode code, String message) {
}
