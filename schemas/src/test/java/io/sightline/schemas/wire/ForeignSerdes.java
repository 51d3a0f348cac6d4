package io.sightline.schemas.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serialisers as others write them: they look schemas up themselves, read generic records, and wrap every trouble with the registry in a
 * SerializationException, as Confluent's do.
 */
public final class ForeignSerdes {
    /** Named and made like Confluent's. */
    public static final class RestClientException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        RestClientException(int status) {
            super("status " + status);
            this.status = status;
        }

        public int getStatus() {
            return status;
        }
    }

    private ForeignSerdes() {
    }

    private static SchemaRegistry client(Map<String, ?> properties) {
        return new RegistryClient(Map.of("schema.registry.url", (String) properties.get("schema.registry.url"), "http.read.timeout.ms", "2000"));
    }

    private static SerializationException wrapped(RuntimeException e) {
        if (e instanceof UnknownSchemaIdException) {
            return new SerializationException("Error retrieving schema", new RestClientException(404));
        }
        if (e instanceof org.apache.kafka.common.errors.AuthenticationException) {
            return new SerializationException("Error retrieving schema", new RestClientException(401));
        }
        return new SerializationException("Error retrieving schema", e instanceof ApiException ? new java.net.ConnectException(e.getMessage()) : e);
    }

    public static final class Out implements Serializer<Object> {
        private SchemaRegistry client;

        @Override
        public void configure(Map<String, ?> properties, boolean isKey) {
            client = client(properties);
        }

        @Override
        public byte[] serialize(String topic, Object data) {
            Schema schema = ((IndexedRecord) data).getSchema();
            try {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(client.idOf(topic + "-value", schema)).array());
                BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
                new GenericDatumWriter<>(schema, SpecificData.getForSchema(schema)).write(data, encoder);
                encoder.flush();
                return out.toByteArray();
            } catch (ApiException e) {
                throw wrapped(e);
            } catch (IOException e) {
                throw new SerializationException(e);
            }
        }
    }

    public static final class In implements Deserializer<Object> {
        private SchemaRegistry client;

        @Override
        public void configure(Map<String, ?> properties, boolean isKey) {
            client = client(properties);
        }

        @Override
        public Object deserialize(String topic, byte[] data) {
            Schema writer;
            try {
                writer = client.schemaOf(ByteBuffer.wrap(data, 1, 4).getInt());
            } catch (ApiException | SerializationException e) {
                throw wrapped(e);
            }
            try {
                return new GenericDatumReader<>(writer).read(null, DecoderFactory.get().binaryDecoder(data, 5, data.length - 5, null));
            } catch (IOException e) {
                throw new SerializationException("Error deserializing", e);
            }
        }
    }
}
