package io.sightline.connect;

import io.sightline.connect.flat.Column;
import io.sightline.connect.flat.FlatRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Makes a RecognitionResult a flat row, for sinks that write tables. Takes values with a schema (structs, as {@link SightlineAvroConverter} and
 * Confluent's AvroConverter give them) and without (maps); the row is of the same kind. Key, headers and tombstones pass unchanged. What is no result is
 * a {@link DataException}: a dead letter where {@code errors.tolerance=all}. Thread-safe once configured.
 */
public final class ResultFlattener<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {
    static final String COLUMNS = "columns";
    static final String PREFIX = "columns.prefix";
    static final String JSON = "detections.json";
    static final String UNRECOGNISED = "unrecognised";
    static final String FORMAT = "row.format";
    static final ConfigDef CONFIG = new ConfigDef()
            .define(COLUMNS, ConfigDef.Type.LIST, "", new Names(), ConfigDef.Importance.MEDIUM, "The row's columns, in their order; empty: all of them.")
            .define(PREFIX, ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW, "Put before each column's name.")
            .define(JSON, ConfigDef.Type.BOOLEAN, false, ConfigDef.Importance.MEDIUM, "Whether all detections are in the row too, as JSON text in the column detections_json.")
            .define(UNRECOGNISED, ConfigDef.Type.STRING, "row", ConfigDef.ValidString.in("row", "drop"), ConfigDef.Importance.MEDIUM,
                    "Results that are none (status REJECTED or FAILED): row: a row with the error number and text; drop: left out.")
            .define(FORMAT, ConfigDef.Type.STRING, "struct", ConfigDef.ValidString.in("struct", "json"), ConfigDef.Importance.MEDIUM,
                    "struct: a row with fields (a map, where the value had no schema), for sinks that write tables; json: the row as one line of JSON text, without columns that are null, for sinks that write lines.");

    private FlatRows rows;
    private boolean json;

    private static final class Names implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            for (Object column : (List<?>) value) {
                if (!Column.names().contains(column)) {
                    throw new ConfigException(name + ": '" + column + "' (expected: of " + String.join(", ", Column.names()) + ")");
                }
            }
            if (((List<?>) value).stream().distinct().count() < ((List<?>) value).size()) {
                throw new ConfigException(name + ": " + value + " (expected: each once)");
            }
        }

        @Override
        public String toString() {
            return "names of columns, each once";
        }
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public String version() {
        return PluginVersion.VERSION;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        Map<String, Object> parsed = CONFIG.parse(configs);
        List<Column> columns = new ArrayList<>();
        ((List<?>) parsed.get(COLUMNS)).forEach(name -> columns.add(Column.valueOf(name.toString().toUpperCase(Locale.ROOT))));
        boolean detections = (Boolean) parsed.get(JSON);
        if (columns.isEmpty()) {
            columns.addAll(Arrays.asList(Column.values()));
            columns.remove(Column.DETECTIONS_JSON);
        }
        if (detections && !columns.contains(Column.DETECTIONS_JSON)) {
            columns.add(Column.DETECTIONS_JSON);
        }
        rows = new FlatRows(columns, (String) parsed.get(PREFIX), parsed.get(UNRECOGNISED).equals("drop"));
        json = parsed.get(FORMAT).equals("json");
    }

    @Override
    public R apply(R record) {
        if (record.value() == null) {
            return record;
        }
        Object row = rows.of(record.value());
        if (row == null) {
            return null;
        }
        Schema schema = json ? Schema.STRING_SCHEMA : row instanceof Map ? null : rows.schema();
        return record.newRecord(record.topic(), record.kafkaPartition(), record.keySchema(), record.key(), schema, json ? FlatRows.json(row) : row, record.timestamp());
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
