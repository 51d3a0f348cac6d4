package io.sightline.connect.avro;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/** Avro's generic values as Kafka Connect has them. Pure functions. */
public final class ConnectValues {
    private ConnectValues() {
    }

    /**
     * @param avro the value's
     * @param connect what {@link ConnectSchemas} made of it
     * @throws DataException where the value is none of that schema
     */
    public static Object of(org.apache.avro.Schema avro, Schema connect, Object value) {
        if (value == null) {
            return null;
        }
        return switch (avro.getType()) {
            case BOOLEAN, FLOAT, DOUBLE -> value;
            case INT, LONG -> time(connect, (Number) value);
            case STRING, ENUM -> value.toString();
            case BYTES -> bytes(avro, (ByteBuffer) value);
            case FIXED -> bytes(avro, ByteBuffer.wrap(((GenericFixed) value).bytes()));
            case ARRAY -> array(avro, connect, (Collection<?>) value);
            case MAP -> map(avro, connect, (Map<?, ?>) value);
            case RECORD -> struct(connect, (IndexedRecord) value);
            case UNION -> union(avro, connect, value);
            case NULL -> throw new DataException("value: " + value + " (expected: null)");
        };
    }

    private static Object time(Schema connect, Number value) {
        if (connect.name() == null) {
            return value;
        }
        return switch (connect.name()) {
            case Date.LOGICAL_NAME -> Date.toLogical(connect, value.intValue());
            case Time.LOGICAL_NAME -> Time.toLogical(connect, value.intValue());
            case Timestamp.LOGICAL_NAME -> Timestamp.toLogical(connect, value.longValue());
            default -> value;
        };
    }

    private static Object bytes(org.apache.avro.Schema avro, ByteBuffer value) {
        if (avro.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            byte[] unscaled = new byte[value.remaining()];
            value.duplicate().get(unscaled);
            if (unscaled.length == 0) {
                throw new DataException("value: a decimal of 0 bytes (expected: 1 or more)");
            }
            return new BigDecimal(new BigInteger(unscaled), decimal.getScale());
        }
        return value;
    }

    private static List<Object> array(org.apache.avro.Schema avro, Schema connect, Collection<?> value) {
        List<Object> items = new ArrayList<>(value.size());
        value.forEach(item -> items.add(of(avro.getElementType(), connect.valueSchema(), item)));
        return items;
    }

    private static Map<String, Object> map(org.apache.avro.Schema avro, Schema connect, Map<?, ?> value) {
        Map<String, Object> entries = new LinkedHashMap<>();
        value.forEach((key, item) -> entries.put(key.toString(), of(avro.getValueType(), connect.valueSchema(), item)));
        return entries;
    }

    private static Struct struct(Schema connect, IndexedRecord value) {
        Struct struct = new Struct(connect);
        for (Field field : value.getSchema().getFields()) {
            struct.put(field.name(), of(field.schema(), connect.field(field.name()).schema(), value.get(field.pos())));
        }
        return struct;
    }

    private static Object union(org.apache.avro.Schema avro, Schema connect, Object value) {
        List<org.apache.avro.Schema> types = ConnectSchemas.types(avro);
        if (types.size() == 1) {
            return of(types.get(0), connect, value);
        }
        try {
            org.apache.avro.Schema type = avro.getTypes().get(GenericData.get().resolveUnion(avro, value));
            String branch = ConnectSchemas.branch(type);
            return new Struct(connect).put(branch, of(type, connect.field(branch).schema(), value));
        } catch (AvroRuntimeException e) {
            throw new DataException("value: " + e.getMessage() + " (expected: one of the union's types)", e);
        }
    }
}
