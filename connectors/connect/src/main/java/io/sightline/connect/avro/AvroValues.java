package io.sightline.connect.avro;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/** Connect's values as Avro's generic ones, by an Avro schema. Pure functions; messages name the field that is at fault. */
public final class AvroValues {
    private static final String VALUE = "value";

    private AvroValues() {
    }

    /** @throws DataException where the value does not fit the schema; nothing is left out or cut to fit */
    public static Object of(Schema avro, Object value) {
        return of(avro, value, VALUE);
    }

    private static Object of(Schema avro, Object value, String place) {
        return switch (avro.getType()) {
            case NULL -> value == null ? null : fail(place, value, "null");
            case BOOLEAN -> value instanceof Boolean ? value : fail(place, value, "a boolean");
            case INT -> number(avro, value, place).intValue();
            case LONG -> number(avro, value, place);
            case FLOAT -> value instanceof Float ? value : fail(place, value, "a FLOAT32");
            case DOUBLE -> value instanceof Double || value instanceof Float ? ((Number) value).doubleValue() : fail(place, value, "a FLOAT64");
            case STRING -> value instanceof String ? value : fail(place, value, "a string");
            case ENUM -> value instanceof String text && avro.hasEnumSymbol(text) ? new GenericData.EnumSymbol(avro, text) : fail(place, value, "one of " + avro.getEnumSymbols());
            case BYTES -> bytes(avro, value, place);
            case FIXED -> fixed(avro, value, place);
            case ARRAY -> array(avro, value, place);
            case MAP -> map(avro, value, place);
            case RECORD -> record(avro, value, place);
            case UNION -> union(avro, value, place);
        };
    }

    private static Long number(Schema avro, Object value, String place) {
        if (value instanceof java.util.Date time) {
            if (avro.getLogicalType() instanceof LogicalTypes.Date) {
                return (long) Date.fromLogical(Date.SCHEMA, time);
            }
            if (avro.getLogicalType() instanceof LogicalTypes.TimeMillis) {
                return (long) Time.fromLogical(Time.SCHEMA, time);
            }
            if (avro.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
                return Timestamp.fromLogical(Timestamp.SCHEMA, time);
            }
        }
        boolean fits = value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long && avro.getType() == Type.LONG;
        return fits ? ((Number) value).longValue() : (Long) fail(place, value, avro.getType() == Type.INT ? "an INT32" : "an INT64");
    }

    private static Object bytes(Schema avro, Object value, String place) {
        if (avro.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            if (value instanceof BigDecimal number && number.scale() == decimal.getScale() && number.precision() <= decimal.getPrecision()) {
                return ByteBuffer.wrap(number.unscaledValue().toByteArray());
            }
            return fail(place, value, "a decimal of scale " + decimal.getScale() + ", at most " + decimal.getPrecision() + " digits");
        }
        if (value instanceof byte[] array) {
            return ByteBuffer.wrap(array);
        }
        return value instanceof ByteBuffer ? value : fail(place, value, "bytes");
    }

    private static Object fixed(Schema avro, Object value, String place) {
        if (value instanceof byte[] || value instanceof ByteBuffer) {
            ByteBuffer bytes = value instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) value).duplicate();
            if (bytes.remaining() == avro.getFixedSize()) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                return new GenericData.Fixed(avro, copy);
            }
        }
        return fail(place, value, avro.getFixedSize() + " bytes");
    }

    private static Object array(Schema avro, Object value, String place) {
        if (!(value instanceof List<?> items)) {
            return fail(place, value, "an array");
        }
        List<Object> made = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            made.add(of(avro.getElementType(), items.get(i), place + "[" + i + "]"));
        }
        return made;
    }

    private static Object map(Schema avro, Object value, String place) {
        if (!(value instanceof Map<?, ?> entries)) {
            return fail(place, value, "a map");
        }
        Map<String, Object> made = new LinkedHashMap<>();
        entries.forEach((key, item) -> made.put(key instanceof String text ? text : (String) fail(place, key, "a string as key"), of(avro.getValueType(), item, place + "." + key)));
        return made;
    }

    private static Object record(Schema avro, Object value, String place) {
        if (!(value instanceof Struct struct)) {
            return fail(place, value, "a struct, " + avro.getFullName());
        }
        for (Field field : struct.schema().fields()) {
            if (avro.getField(field.name()) == null) {
                throw new DataException(place + "." + field.name() + ": a field that " + avro.getFullName() + " lacks (expected: " + avro.getFields().stream().map(Schema.Field::name).toList() + ")");
            }
        }
        GenericData.Record record = new GenericData.Record(avro);
        for (Schema.Field field : avro.getFields()) {
            String at = place.equals(VALUE) ? field.name() : place + "." + field.name();
            if (struct.schema().field(field.name()) != null) {
                record.put(field.pos(), of(field.schema(), struct.get(field.name()), at));
            } else if (field.hasDefaultValue()) {
                record.put(field.pos(), GenericData.get().getDefaultValue(field));
            } else {
                throw new DataException(at + ": missing (expected: a field of " + avro.getFullName() + ", it has no default)");
            }
        }
        return record;
    }

    private static Object union(Schema avro, Object value, String place) {
        if (value == null) {
            return avro.isNullable() ? null : fail(place, null, "a value");
        }
        List<Schema> types = ConnectSchemas.types(avro);
        if (types.size() == 1) {
            return of(types.get(0), value, place);
        }
        if (value instanceof Struct struct && ConnectSchemas.UNION.equals(struct.schema().name())) {
            for (Schema type : types) {
                Field field = struct.schema().field(ConnectSchemas.branch(type));
                if (field != null && struct.get(field) != null) {
                    return of(type, struct.get(field), place);
                }
            }
        }
        return fail(place, value, "a struct " + ConnectSchemas.UNION + " with one field set, of " + types.stream().map(ConnectSchemas::branch).toList());
    }

    private static Object fail(String place, Object seen, String expected) {
        String shown = seen == null ? "null" : seen.getClass().getSimpleName() + " " + shortened(seen);
        throw new DataException(place + ": " + shown + " (expected: " + expected + ")");
    }

    private static String shortened(Object seen) {
        if (!(seen instanceof String || seen instanceof Number || seen instanceof Boolean)) {
            return "";
        }
        return "'" + io.sightline.schemas.request.RequestLimits.shown(seen.toString()) + "'";
    }
}
