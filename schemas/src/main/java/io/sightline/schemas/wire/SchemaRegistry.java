package io.sightline.schemas.wire;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;

/** Where schema ids come from. Implementations are thread-safe. */
public interface SchemaRegistry extends AutoCloseable {
    /**
     * @param subject name the schema is registered under, {@code <topic>-value}
     * @return the schema's id
     * @throws org.apache.kafka.common.errors.SerializationException where the schema is none of an embedded registry's
     * @throws org.apache.kafka.common.errors.ApiException where a registry is away, or refuses the schema
     */
    int idOf(String subject, Schema schema);

    /**
     * The schema a writer used.
     *
     * @throws UnknownSchemaIdException where no schema has that id
     * @throws org.apache.kafka.common.errors.ApiException where a registry can't be asked: no record's fault
     */
    Schema schemaOf(int id);

    /**
     * Done when a value can be decoded without waiting for anybody, or is known to be none that can be decoded (then exceptionally). Never blocks:
     * a registry is asked in the background, for as long as it is away.
     */
    default CompletableFuture<Void> whenReadable(byte[] value) {
        return CompletableFuture.completedFuture(null);
    }

    /** Done when records with this schema can be encoded for the topic without waiting for anybody. Never blocks, like {@link #whenReadable}. */
    default CompletableFuture<Void> whenWritable(String topic, Schema schema) {
        return CompletableFuture.completedFuture(null);
    }

    /** What somebody waits for in vain now, one line; empty: nothing. Cheap. */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /** Serialisers of somebody else that are used in place of ours; they look ids up themselves. */
    default Optional<NamedSerdes> serdes() {
        return Optional.empty();
    }

    @Override
    default void close() {
    }
}
