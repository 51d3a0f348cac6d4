package io.sightline.topology.failure;

import io.sightline.processors.streams.RunFailedException;
import java.io.EOFException;
import java.io.IOException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Tells failures of the service (the record must be tried again, elsewhere or later) from failures on one record. */
final class Failures {
    private static final int MAX_CAUSES = 20;

    private Failures() {
    }

    /** True where another record would fail the same way: a broken stage, a registry or broker out of reach. (EOFException: a record cut short.) */
    static boolean isOfTheService(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof RunFailedException || cause instanceof Error
                    || (cause instanceof IOException && !(cause instanceof EOFException))
                    || (cause instanceof ApiException && !(cause instanceof RecordTooLargeException))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
