package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** The check of {@link ReleasedSchemasTest} finds what it is there for. */
class CompatibilityTest {
    private static final String FILE = "released/1/Part.avsc";
    private static final Schema RELEASED = part("""
            {"name": "id", "type": "string"}, {"name": "count", "type": "int", "default": 0},
            {"name": "boxes", "type": {"type": "array", "items": {"type": "record", "name": "Box", "fields": [{"name": "x", "type": "int"}]}}}""");

    @Test
    void shouldFindNothingWhenAFieldWithADefaultIsAddedOrOneLeftOut() {
        assertThat(Compatibility.problems(FILE, RELEASED, RELEASED)).isEmpty();
        assertThat(Compatibility.problems(FILE, RELEASED, part("""
                {"name": "id", "type": "string"}, {"name": "note", "type": "string", "default": ""},
                {"name": "boxes", "type": {"type": "array", "items": {"type": "record", "name": "Box", "fields": [{"name": "x", "type": "int"}]}}}"""))).isEmpty();
    }

    @Test
    void shouldNameTheFieldWhenOneIsAddedWithoutADefault() {
        Schema current = part("""
                {"name": "id", "type": "string"}, {"name": "count", "type": "int", "default": 0}, {"name": "note", "type": "string"},
                {"name": "boxes", "type": {"type": "array", "items": {"type": "record", "name": "Box", "fields": [{"name": "x", "type": "int"}]}}}""");
        assertThat(Compatibility.problems(FILE, RELEASED, current)).containsExactly(
                "released/1/Part.avsc: field Part.note: READER_FIELD_MISSING_DEFAULT_VALUE (note; expected: BACKWARD, the current schema reads what was released)");
    }

    @Test
    void shouldNameTheFieldWhenOneWithoutADefaultIsLeftOut() {
        Schema current = part("""
                {"name": "count", "type": "int", "default": 0},
                {"name": "boxes", "type": {"type": "array", "items": {"type": "record", "name": "Box", "fields": [{"name": "x", "type": "int"}]}}}""");
        assertThat(Compatibility.problems(FILE, RELEASED, current)).containsExactly(
                "released/1/Part.avsc: field Part.id: READER_FIELD_MISSING_DEFAULT_VALUE (id; expected: FORWARD, the released schema reads what is written now)");
    }

    @Test
    void shouldNameTheInnerFieldWhenItsTypeChanged() {
        Schema current = part("""
                {"name": "id", "type": "string"}, {"name": "count", "type": "int", "default": 0},
                {"name": "boxes", "type": {"type": "array", "items": {"type": "record", "name": "Box", "fields": [{"name": "x", "type": "string"}]}}}""");
        assertThat(Compatibility.problems(FILE, RELEASED, current)).hasSize(2)
                .allSatisfy(problem -> assertThat(problem).startsWith("released/1/Part.avsc: field Part.boxes.x: TYPE_MISMATCH"));
    }

    @Test
    void shouldFindAWideningThatOldReadersCanNotFollow() {
        Schema current = part("""
                {"name": "id", "type": "string"}, {"name": "count", "type": "long", "default": 0},
                {"name": "boxes", "type": {"type": "array", "items": {"type": "record", "name": "Box", "fields": [{"name": "x", "type": "int"}]}}}""");
        assertThat(Compatibility.problems(FILE, RELEASED, current)).singleElement().asString()
                .contains("field Part.count: TYPE_MISMATCH").contains("FORWARD");
    }

    private static Schema part(String fields) {
        return new Schema.Parser().parse("{\"type\": \"record\", \"name\": \"Part\", \"fields\": [" + fields + "]}");
    }
}
