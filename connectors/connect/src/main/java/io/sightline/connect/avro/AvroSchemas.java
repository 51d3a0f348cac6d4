package io.sightline.connect.avro;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema.Type;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/**
 * The Avro schema of what Connect has: {@link ConnectSchemas} the other way round. Bytes and shorts become ints; a struct without a name gets one
 * made of the fields that lead to it. Defaults of numbers, texts and booleans are kept, and that an optional value is null. One call each.
 */
public final class AvroSchemas {
    private static final String NAMELESS = "ConnectRecord";
    private static final int MAX_PRECISION = 64;
    private final Map<String, org.apache.avro.Schema> named = new HashMap<>();

    private AvroSchemas() {
    }

    /** @throws DataException where Avro has nothing like it: a map whose keys are no strings, a name with a hyphen */
    public static org.apache.avro.Schema of(Schema connect) {
        try {
            return new AvroSchemas().optional(connect, NAMELESS);
        } catch (AvroRuntimeException e) {
            throw new DataException("schema: " + e.getMessage() + " (expected: one that Avro can have)", e);
        }
    }

    private org.apache.avro.Schema optional(Schema connect, String path) {
        org.apache.avro.Schema type = type(connect, path);
        if (!connect.isOptional()) {
            return type;
        }
        List<org.apache.avro.Schema> types = new ArrayList<>();
        types.add(org.apache.avro.Schema.create(Type.NULL));
        types.addAll(type.isUnion() ? type.getTypes() : List.of(type));
        if (hasDefault(connect)) {
            // A union's default is of its first type.
            types.add(types.remove(0));
        }
        return org.apache.avro.Schema.createUnion(types);
    }

    private static boolean hasDefault(Schema connect) {
        return connect.defaultValue() != null && connect.name() == null && (connect.type().isPrimitive() && connect.type() != Schema.Type.BYTES) && enumName(connect) == null;
    }

    private org.apache.avro.Schema type(Schema connect, String path) {
        return switch (connect.type()) {
            case BOOLEAN -> org.apache.avro.Schema.create(Type.BOOLEAN);
            case INT8, INT16 -> org.apache.avro.Schema.create(Type.INT);
            case INT32 -> Date.LOGICAL_NAME.equals(connect.name()) ? logical(Type.INT, LogicalTypes.date()) : Time.LOGICAL_NAME.equals(connect.name()) ? logical(Type.INT, LogicalTypes.timeMillis())
                    : org.apache.avro.Schema.create(Type.INT);
            case INT64 -> Timestamp.LOGICAL_NAME.equals(connect.name()) ? logical(Type.LONG, LogicalTypes.timestampMillis()) : org.apache.avro.Schema.create(Type.LONG);
            case FLOAT32 -> org.apache.avro.Schema.create(Type.FLOAT);
            case FLOAT64 -> org.apache.avro.Schema.create(Type.DOUBLE);
            case STRING -> enumName(connect) == null ? org.apache.avro.Schema.create(Type.STRING) : ofName(enumName(connect),
                    () -> org.apache.avro.Schema.createEnum(enumName(connect), null, null, List.of(connect.parameters().get(ConnectSchemas.SYMBOLS).split(","))));
            case BYTES -> bytes(connect);
            case ARRAY -> org.apache.avro.Schema.createArray(optional(connect.valueSchema(), path));
            case MAP -> map(connect, path);
            case STRUCT -> ConnectSchemas.UNION.equals(connect.name()) ? union(connect, path) : record(connect, path);
        };
    }

    private static String enumName(Schema connect) {
        return connect.parameters() == null || !connect.parameters().containsKey(ConnectSchemas.SYMBOLS) ? null : connect.parameters().get(ConnectSchemas.ENUM);
    }

    private static org.apache.avro.Schema logical(Type type, LogicalType logical) {
        return logical.addToSchema(org.apache.avro.Schema.create(type));
    }

    private org.apache.avro.Schema bytes(Schema connect) {
        Map<String, String> parameters = connect.parameters() == null ? Map.of() : connect.parameters();
        if (Decimal.LOGICAL_NAME.equals(connect.name())) {
            int precision = Integer.parseInt(parameters.getOrDefault(ConnectSchemas.PRECISION, Integer.toString(MAX_PRECISION)));
            return logical(Type.BYTES, LogicalTypes.decimal(precision, Integer.parseInt(parameters.get(Decimal.SCALE_FIELD))));
        }
        String size = parameters.get(ConnectSchemas.FIXED_SIZE);
        return size == null || connect.name() == null ? org.apache.avro.Schema.create(Type.BYTES)
                : ofName(connect.name(), () -> org.apache.avro.Schema.createFixed(connect.name(), null, null, Integer.parseInt(size)));
    }

    private org.apache.avro.Schema map(Schema connect, String path) {
        if (connect.keySchema().type() != Schema.Type.STRING) {
            throw new DataException("schema: a map with keys of type " + connect.keySchema().type() + " (expected: STRING, Avro's maps have no others)");
        }
        return org.apache.avro.Schema.createMap(optional(connect.valueSchema(), path));
    }

    private org.apache.avro.Schema union(Schema connect, String path) {
        List<org.apache.avro.Schema> types = new ArrayList<>();
        for (Field field : connect.fields()) {
            types.add(type(field.schema(), path + "_" + field.name()));
        }
        return org.apache.avro.Schema.createUnion(types);
    }

    private org.apache.avro.Schema record(Schema connect, String path) {
        String name = connect.name() == null ? path : connect.name();
        return ofName(name, () -> {
            List<org.apache.avro.Schema.Field> fields = new ArrayList<>();
            for (Field field : connect.fields()) {
                org.apache.avro.Schema type = optional(field.schema(), path + "_" + field.name());
                Object value = hasDefault(field.schema()) ? number(field.schema().defaultValue()) : field.schema().isOptional() ? JsonProperties.NULL_VALUE : null;
                fields.add(new org.apache.avro.Schema.Field(field.name(), type, field.schema().doc(), value));
            }
            return org.apache.avro.Schema.createRecord(name, connect.doc(), null, false, fields);
        });
    }

    private static Object number(Object value) {
        return value instanceof Byte || value instanceof Short ? ((Number) value).intValue() : value;
    }

    private interface Made {
        org.apache.avro.Schema schema();
    }

    /** A name stands for one schema, wherever it is. */
    private org.apache.avro.Schema ofName(String name, Made made) {
        org.apache.avro.Schema known = named.get(name);
        org.apache.avro.Schema schema = made.schema();
        if (known != null && !known.equals(schema)) {
            throw new DataException("schema: two different ones named " + name + " (expected: one)");
        }
        named.putIfAbsent(name, schema);
        return named.get(name);
    }
}
