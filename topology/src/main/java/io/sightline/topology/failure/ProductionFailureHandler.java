package io.sightline.topology.failure;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.RecordHeaders;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a record can't be written. A result the broker finds too large (the publishing processor has its own, earlier limit;
 * a topic may have a smaller one) is replaced by a dead letter and a small result. Time-outs and the like: the task starts again from
 * its last commit. All else stops the stream thread, the record uncommitted. Made by Kafka Streams; called on the producer's thread too.
 *
 * <p>Under exactly once a failed write breaks its transaction in the producer: the replacement can then not be committed, the thread
 * stops and the records are done again. Hence the earlier limit.
 */
public final class ProductionFailureHandler implements ProductionExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProductionFailureHandler.class);
    private FailureRecords records;

    @Override
    public void configure(Map<String, ?> configs) {
        records = FailureRecords.from(configs);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
        if (failure instanceof RecordTooLargeException && records.isResult(record)) {
            String message = "result: " + (record.value() == null ? 0 : record.value().length) + " bytes (expected: what topic " + record.topic()
                    + " takes, see its max.message.bytes)";
            LOG.atError().addKeyValue(LogKeys.REQUEST_ID, id(context, record))
                    .log("{}-{}@{}: {}; dead-lettered", context.topic(), context.partition(), context.offset(), message);
            return Response.resume(records.of(context, RecordHeaders.text(record.headers(), RecordHeaders.REQUEST_ID), ErrorCode.RPC_PACKAGE, message));
        }
        if (failure instanceof RetriableException) {
            LOG.atWarn().addKeyValue(LogKeys.REQUEST_ID, id(context, record)).log("can't write to {}, will be done again: {}", record.topic(), failure.toString());
            return Response.retry();
        }
        LOG.atError().addKeyValue(LogKeys.REQUEST_ID, id(context, record)).log("can't write to {}, the stream thread stops: {}", record.topic(), failure.toString());
        return Response.fail();
    }

    private static String id(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record) {
        return RecordHeaders.text(record.headers(), RecordHeaders.REQUEST_ID).orElseGet(() -> FailureRecords.idOf(context));
    }

    @Override
    public Response handleSerializationError(ErrorHandlerContext context, @SuppressWarnings("rawtypes") ProducerRecord record, Exception failure,
            SerializationExceptionOrigin origin) {
        // Sinks take bytes: this can't be one record's fault.
        return Response.fail();
    }
}
