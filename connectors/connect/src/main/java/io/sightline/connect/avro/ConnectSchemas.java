package io.sightline.connect.avro;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema.Type;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/**
 * Avro schemas as Kafka Connect has them: records are structs, enums strings, {@code [null, X]} an optional X, dates, times, timestamps and decimals
 * Connect's logical types. A union of several types is a struct with an optional field for each of them, of which one is set. Pure functions.
 */
public final class ConnectSchemas {
    /** Name of structs that stand for a union: the one that Confluent's converter gives them, so that sinks meet one form. */
    public static final String UNION = "io.confluent.connect.avro.Union";
    /** Parameter of a string that is an enum: the enum's full name. */
    public static final String ENUM = "io.sightline.connect.Enum";
    /** Its symbols, separated by commas. */
    public static final String SYMBOLS = "io.sightline.connect.Enum.symbols";
    /** Parameter of bytes of a fixed number. */
    public static final String FIXED_SIZE = "io.sightline.connect.Fixed.size";
    /** Parameter of decimals, as Confluent's converter has it. */
    public static final String PRECISION = "connect.decimal.precision";

    private ConnectSchemas() {
    }

    /** @throws DataException where Connect has nothing like it: a record within itself, a type that is null alone */
    public static Schema of(org.apache.avro.Schema avro) {
        return builder(avro, new HashSet<>()).build();
    }

    private static SchemaBuilder builder(org.apache.avro.Schema avro, Set<String> within) {
        return switch (avro.getType()) {
            case BOOLEAN -> SchemaBuilder.bool();
            case INT -> avro.getLogicalType() instanceof LogicalTypes.Date ? Date.builder() : avro.getLogicalType() instanceof LogicalTypes.TimeMillis ? Time.builder() : SchemaBuilder.int32();
            case LONG -> avro.getLogicalType() instanceof LogicalTypes.TimestampMillis ? Timestamp.builder() : SchemaBuilder.int64();
            case FLOAT -> SchemaBuilder.float32();
            case DOUBLE -> SchemaBuilder.float64();
            case STRING -> SchemaBuilder.string();
            case BYTES -> decimalOr(avro, SchemaBuilder.bytes());
            case FIXED -> decimalOr(avro, SchemaBuilder.bytes().name(avro.getFullName())).parameter(FIXED_SIZE, Integer.toString(avro.getFixedSize()));
            case ENUM -> SchemaBuilder.string().doc(avro.getDoc()).parameter(ENUM, avro.getFullName()).parameter(SYMBOLS, String.join(",", avro.getEnumSymbols()));
            case ARRAY -> SchemaBuilder.array(builder(avro.getElementType(), within).build());
            case MAP -> SchemaBuilder.map(Schema.STRING_SCHEMA, builder(avro.getValueType(), within).build());
            case RECORD -> record(avro, within);
            case UNION -> union(avro, within);
            case NULL -> throw new DataException("schema: null alone (expected: a type, or a union of null with one)");
        };
    }

    private static SchemaBuilder decimalOr(org.apache.avro.Schema avro, SchemaBuilder otherwise) {
        LogicalType logical = avro.getLogicalType();
        return logical instanceof LogicalTypes.Decimal decimal ? Decimal.builder(decimal.getScale()).parameter(PRECISION, Integer.toString(decimal.getPrecision())) : otherwise;
    }

    private static SchemaBuilder record(org.apache.avro.Schema avro, Set<String> within) {
        if (!within.add(avro.getFullName())) {
            throw new DataException("schema: " + avro.getFullName() + " within itself (expected: no such record, Connect's schemas have an end)");
        }
        SchemaBuilder struct = SchemaBuilder.struct().name(avro.getFullName()).doc(avro.getDoc());
        for (org.apache.avro.Schema.Field field : avro.getFields()) {
            struct.field(field.name(), field(field, within));
        }
        within.remove(avro.getFullName());
        return struct;
    }

    private static Schema field(org.apache.avro.Schema.Field field, Set<String> within) {
        SchemaBuilder builder = builder(field.schema(), within);
        if (field.doc() != null && builder.doc() == null) {
            builder.doc(field.doc());
        }
        // Of a struct Connect compares the default's schema with an unfinished one, and finds them to differ.
        if (field.hasDefaultValue() && builder.type() != Schema.Type.STRUCT) {
            Object value = ConnectValues.of(field.schema(), builder, GenericData.get().getDefaultValue(field));
            if (value != null) {
                builder.defaultValue(value);
            }
        }
        return builder.build();
    }

    private static SchemaBuilder union(org.apache.avro.Schema avro, Set<String> within) {
        List<org.apache.avro.Schema> types = types(avro);
        if (types.isEmpty()) {
            throw new DataException("schema: a union of null alone (expected: another type in it)");
        }
        SchemaBuilder builder = types.size() == 1 ? builder(types.get(0), within) : SchemaBuilder.struct().name(UNION);
        if (types.size() > 1) {
            if (types.stream().map(ConnectSchemas::branch).distinct().count() < types.size()) {
                throw new DataException("schema: a union of " + types.stream().map(org.apache.avro.Schema::getFullName).collect(Collectors.joining(", ")) + " (expected: simple names that differ)");
            }
            types.forEach(type -> builder.field(branch(type), builder(type, within).optional().build()));
        }
        return avro.isNullable() ? builder.optional() : builder;
    }

    /** A union's types but null. */
    static List<org.apache.avro.Schema> types(org.apache.avro.Schema union) {
        return union.getTypes().stream().filter(type -> type.getType() != Type.NULL).toList();
    }

    /** The field that a type has in the struct of its union. */
    static String branch(org.apache.avro.Schema type) {
        return type.getName();
    }
}
