package io.sightline.connect.flat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** Results made flat rows of chosen columns. Immutable, thread-safe. */
public final class FlatRows {
    private static final String RECOGNISED = "RECOGNISED";
    private final List<Column> columns;
    private final String prefix;
    private final boolean drop;
    private final Schema schema;

    /**
     * @param columns in the row's order
     * @param prefix before each column's name
     * @param drop leave out results that are none (rejected, failed)
     */
    public FlatRows(List<Column> columns, String prefix, boolean drop) {
        this.columns = List.copyOf(columns);
        this.prefix = prefix;
        this.drop = drop;
        SchemaBuilder builder = SchemaBuilder.struct().name("io.sightline.connect.ResultRow");
        columns.forEach(column -> builder.field(prefix + column.columnName(), column.schema()));
        this.schema = builder.build();
    }

    /** Of the rows made of values that have a schema. */
    public Schema schema() {
        return schema;
    }

    /**
     * The row: a Struct for a Struct, a Map for a Map; null: it is left out.
     *
     * @throws DataException where the value is no result
     */
    public Object of(Object value) {
        if (!(value instanceof Struct) && !(value instanceof Map)) {
            throw new DataException("value: a " + value.getClass().getSimpleName() + " (expected: a RecognitionResult as a struct or a map; which value.converter reads it?)");
        }
        Row row = new Row(value);
        if (drop && !RECOGNISED.equals(row.text("status"))) {
            return null;
        }
        if (value instanceof Struct) {
            Struct struct = new Struct(schema);
            columns.forEach(column -> struct.put(prefix + column.columnName(), column.of(row)));
            return struct;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        columns.forEach(column -> map.put(prefix + column.columnName(), column.of(row)));
        return map;
    }

    /** A row as JSON text on one line, without columns that are null. */
    public static String json(Object row) {
        return JsonText.of(row);
    }
}
