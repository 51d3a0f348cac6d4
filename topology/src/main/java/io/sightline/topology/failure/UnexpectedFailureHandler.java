package io.sightline.topology.failure;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.LogKeys;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a processor throws. A failure on this one record: its dead letter and, for a request, a result with error 10000 are
 * published, and the next record goes on. A failure of the service itself: the stream thread stops with the record uncommitted. Made by
 * Kafka Streams; called on the stream thread.
 */
public final class UnexpectedFailureHandler implements ProcessingExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UnexpectedFailureHandler.class);
    private FailureRecords records;

    @Override
    public void configure(Map<String, ?> configs) {
        records = FailureRecords.from(configs);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
        String place = context.topic() + "-" + context.partition() + "@" + context.offset();
        if (Failures.isOfTheService(failure)) {
            LOG.atError().addKeyValue(LogKeys.REQUEST_ID, FailureRecords.idOf(context))
                    .log("{}: {} can't be worked on, the stream thread stops: {}", context.processorNodeId(), place, failure.toString());
            return Response.fail();
        }
        LOG.atError().addKeyValue(LogKeys.REQUEST_ID, FailureRecords.idOf(context)).setCause(failure)
                .log("{}: unexpected failure on {}, dead-lettered", context.processorNodeId(), place);
        String message = "unexpected failure in " + context.processorNodeId() + " (" + failure.getClass().getSimpleName() + ": " + failure.getMessage() + ")";
        return Response.resume(records.of(context, Optional.empty(), ErrorCode.UNKNOWN, message));
    }
}
