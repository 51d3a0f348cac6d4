package io.sightline.connect.flat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/** The columns of a result's row, in their order. All but the id, the status, the error number and the counts may be null. */
public enum Column {
    REQUEST_ID(Schema.STRING_SCHEMA, "The request's id, also the record's key: the primary key of a table.", row -> row.text("request_id")),
    STATUS(Schema.STRING_SCHEMA, "RECOGNISED, REJECTED (the request was at fault) or FAILED (the service was).", row -> row.text("status")),
    ERR_NO(Schema.INT32_SCHEMA, "0, or the error number.", row -> row.result().intOr("err_no", 0)),
    ERR_MSG(Schema.OPTIONAL_STRING_SCHEMA, "Why; null where there is no error.", row -> row.result().textOrNull("err_msg")),
    PIPELINE(Schema.OPTIONAL_STRING_SCHEMA, "The pipeline that ran.", row -> row.result().textOrNull("pipeline")),
    IMAGE_WIDTH(Schema.OPTIONAL_INT32_SCHEMA, "Pixels.", row -> row.result().child("image").integer("width")),
    IMAGE_HEIGHT(Schema.OPTIONAL_INT32_SCHEMA, "Pixels.", row -> row.result().child("image").integer("height")),
    DETECTIONS(Schema.INT32_SCHEMA, "Number of things found.", row -> row.detections().size()),
    RECOGNISED(Schema.INT32_SCHEMA, "How many of them have a match or a class.", row -> (int) row.detections().stream().filter(Row::isNamed).count()),
    LABEL(Schema.OPTIONAL_STRING_SCHEMA, "What the best detection is: label of its best match, or of its best class where it has no match.", row -> row.named().textOrNull("label")),
    SCORE(Schema.OPTIONAL_FLOAT64_SCHEMA, "Score of that match (cosine, -1..1) or class (0..1).", row -> row.named().number("score")),
    X1(Schema.OPTIONAL_INT32_SCHEMA, "Left edge of the best detection's box, pixels.", row -> row.edge(0)),
    Y1(Schema.OPTIONAL_INT32_SCHEMA, "Its upper edge.", row -> row.edge(1)),
    X2(Schema.OPTIONAL_INT32_SCHEMA, "Its right edge.", row -> row.edge(2)),
    Y2(Schema.OPTIONAL_INT32_SCHEMA, "Its lower edge.", row -> row.edge(3)),
    DETECTION_CLASS(Schema.OPTIONAL_STRING_SCHEMA, "Its class, as the detector says.", row -> row.best().textOrNull("class")),
    DETECTION_SCORE(Schema.OPTIONAL_FLOAT64_SCHEMA, "The detector's confidence, 0..1.", row -> row.best().number("score")),
    MATCH_ID(Schema.OPTIONAL_STRING_SCHEMA, "The gallery entry that is its best match.", row -> row.match().textOrNull("id")),
    MATCH_LABEL(Schema.OPTIONAL_STRING_SCHEMA, "That entry's label.", row -> row.match().textOrNull("label")),
    MATCH_SCORE(Schema.OPTIONAL_FLOAT64_SCHEMA, "Cosine of the two embeddings, -1..1.", row -> row.match().number("score")),
    MATCH_GALLERY(Schema.OPTIONAL_STRING_SCHEMA, "The gallery it is in.", row -> row.match().textOrNull("gallery")),
    GALLERY(Schema.OPTIONAL_STRING_SCHEMA, "The gallery searched, the first one where there were several.", row -> row.lineage().textOrNull("gallery")),
    GALLERY_EPOCH(Schema.OPTIONAL_INT64_SCHEMA, "State of that gallery.", row -> row.lineage().wide("gallery_epoch")),
    MODELS(Schema.OPTIONAL_STRING_SCHEMA, "Stage to name@version#hash of its model, a JSON object.", row -> row.lineage().json("models")),
    BUILD(Schema.OPTIONAL_STRING_SCHEMA, "Version of Sightline.", row -> row.lineage().textOrNull("build")),
    CONFIG_HASH(Schema.OPTIONAL_STRING_SCHEMA, "Hash of the settings that can change a result.", row -> row.lineage().textOrNull("config_hash")),
    TOTAL_MS(Schema.OPTIONAL_FLOAT64_SCHEMA, "Milliseconds the request took.", row -> row.result().child("timings_ms").number("total")),
    COMPLETED_AT(Timestamp.builder().optional().build(), "When the result was made; milliseconds since 1970-01-01 UTC where the input has no schema.", row -> row.result().value("completed_at_ms")),
    ATTRIBUTES(Schema.OPTIONAL_STRING_SCHEMA, "The request's attributes, a JSON object.", row -> row.result().json("attributes")),
    DETECTIONS_JSON(Schema.OPTIONAL_STRING_SCHEMA, "All detections with their matches and classes, a JSON array; only with detections.json=true.", row -> row.result().json("detections"));

    private final Schema schema;
    private final String doc;
    private final Function<Row, Object> value;

    Column(Schema schema, String doc, Function<Row, Object> value) {
        this.schema = schema;
        this.doc = doc;
        this.value = value;
    }

    /** Without the prefix: {@code request_id}. */
    public String columnName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    public Schema schema() {
        return schema;
    }

    public String doc() {
        return doc;
    }

    Object of(Row row) {
        return value.apply(row);
    }

    /** All names, in their order. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Column::columnName).toList();
    }
}
