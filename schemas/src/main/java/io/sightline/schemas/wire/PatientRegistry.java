package io.sightline.schemas.wire;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A registry that may be away, asked in the background until it answers ({@link RegistryLookups}). What it has answered once is known from then
 * on, the thousand schemas used last: nothing here waits for it again. Thread-safe; {@link #idOf} and {@link #schemaOf} wait a second at most.
 */
final class PatientRegistry implements SchemaRegistry {
    private final SchemaRegistry registry;
    private final RegistryLookups lookups = new RegistryLookups();
    private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();
    private final RegistryCache<Integer, Schema> schemas = new RegistryCache<>(RegistryClient.MAX_KEPT);

    private record Registration(String subject, Schema schema) {
        String what() {
            return "id of " + schema.getName() + " for " + subject;
        }
    }

    /** @param registry may block */
    PatientRegistry(SchemaRegistry registry) {
        this.registry = registry;
    }

    @Override
    public int idOf(String subject, Schema schema) {
        Registration wanted = new Registration(subject, schema);
        Integer id = ids.get(wanted);
        if (id == null) {
            lookups.await(wanted, wanted.what(), () -> register(wanted));
            id = ids.get(wanted);
        }
        return id;
    }

    private void register(Registration wanted) {
        int id = registry.idOf(wanted.subject(), wanted.schema());
        // What is written with this id is written with this schema: it need not be asked for to be read.
        schemas.put(id, wanted.schema());
        ids.put(wanted, id);
    }

    @Override
    public Schema schemaOf(int id) {
        Schema schema = schemas.get(id);
        while (schema == null) {
            lookups.await(id, what(id), () -> fetch(id));
            schema = schemas.get(id);
        }
        return schema;
    }

    private void fetch(int id) {
        schemas.put(id, registry.schemaOf(id));
    }

    private static String what(int id) {
        return "schema " + id;
    }

    @Override
    public CompletableFuture<Void> whenReadable(byte[] value) {
        if (!WireFormat.hasHeader(value)) {
            return CompletableFuture.completedFuture(null);
        }
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        return schemas.get(id) != null ? CompletableFuture.completedFuture(null) : lookups.ask(id, what(id), () -> fetch(id));
    }

    @Override
    public CompletableFuture<Void> whenWritable(String topic, Schema schema) {
        Registration wanted = new Registration(AvroCodec.subject(topic), schema);
        return ids.containsKey(wanted) ? CompletableFuture.completedFuture(null) : lookups.ask(wanted, wanted.what(), () -> register(wanted));
    }

    @Override
    public Optional<String> trouble() {
        return lookups.trouble();
    }

    @Override
    public void close() {
        lookups.close();
        registry.close();
    }
}
