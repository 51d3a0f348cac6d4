package io.sightline.app.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.BuiltInSubjects;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** The example records of docs/topics.md are records of the present schemas, with every field. */
class TopicExamplesTest {
    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/topics.md");
    private static final Pattern EXAMPLE = Pattern.compile("<!-- record: (\\w+) -->\n```json\n(.*?)\n```", Pattern.DOTALL);
    private static final JsonMapper JSON = new JsonMapper();

    private final BuiltInSubjects subjects = new BuiltInSubjects(new Topics(Topics.DEFAULT_PREFIX));

    private Map<String, Schema> current() {
        Map<String, Schema> newest = new HashMap<>();
        subjects.subjects().forEach(subject -> subjects.versions(subject).forEach(version -> newest.put(version.schema().getName(), version.schema())));
        return newest;
    }

    @Test
    void shouldShowARecordOfEverySchemaAsThatSchemaHasIt() throws Exception {
        Set<String> shown = new HashSet<>();
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        while (example.find()) {
            assertThat(shown.add(example.group(1))).as(example.group(1) + " once").isTrue();
            check(JSON.readTree(example.group(2)), current().get(example.group(1)), example.group(1));
        }
        assertThat(shown).isEqualTo(current().keySet());
    }

    @Test
    void shouldNameEverySubjectAndEveryFixedId() throws Exception {
        String page = Files.readString(PAGE);
        for (Topic topic : Topic.values()) {
            String subject = Topics.DEFAULT_PREFIX + topic.baseName() + "-value";
            assertThat(page.contains("| `" + subject + "` |")).as(subject).isEqualTo(subjects.subjects().contains(subject));
        }
        for (int id = 1; id <= EmbeddedRegistry.INSTANCE.schemas().size(); id++) {
            assertThat(page).contains("| " + id + " | `" + EmbeddedRegistry.INSTANCE.schemaOf(id).getName() + "`");
        }
    }

    @Test
    void shouldNoticeAnExampleThatDoesNotFit() throws Exception {
        Schema schema = new Schema.Parser().parse("{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"a\", \"type\": [\"null\", \"int\"]}, {\"name\": \"b\", \"type\": {\"type\": \"array\", \"items\": \"string\"}}]}");
        check(JSON.readTree("{\"a\": null, \"b\": [\"x\"]}"), schema, "R");
        for (String bad : new String[] {"{\"a\": 1}", "{\"a\": 1, \"b\": [], \"c\": 2}", "{\"a\": 1.5, \"b\": []}", "{\"a\": 1, \"b\": [7]}", "{\"a\": 1, \"b\": null}"}) {
            assertThatThrownBy(() -> check(JSON.readTree(bad), schema, "R")).as(bad).isInstanceOf(AssertionError.class);
        }
    }

    private static void check(JsonNode value, Schema schema, String path) {
        switch (schema.getType()) {
            case RECORD -> {
                assertThat(value.isObject()).as(path + ": an object").isTrue();
                Set<String> fields = new HashSet<>();
                value.fieldNames().forEachRemaining(fields::add);
                assertThat(fields).as(path).containsExactlyInAnyOrderElementsOf(schema.getFields().stream().map(Schema.Field::name).toList());
                schema.getFields().forEach(field -> check(value.get(field.name()), field.schema(), path + "." + field.name()));
            }
            case UNION -> {
                if (!value.isNull()) {
                    check(value, schema.getTypes().get(1), path);
                }
            }
            case ARRAY -> {
                assertThat(value.isArray()).as(path + ": a list").isTrue();
                value.forEach(item -> check(item, schema.getElementType(), path + "[]"));
            }
            case MAP -> {
                assertThat(value.isObject()).as(path + ": names and values").isTrue();
                value.forEach(item -> check(item, schema.getValueType(), path + "{}"));
            }
            case ENUM -> assertThat(schema.getEnumSymbols()).as(path).contains(value.textValue());
            case STRING, BYTES -> assertThat(value.isTextual()).as(path + ": text").isTrue();
            case INT, LONG -> assertThat(value.isIntegralNumber()).as(path + ": a whole number").isTrue();
            case FLOAT, DOUBLE -> assertThat(value.isNumber()).as(path + ": a number").isTrue();
            case BOOLEAN -> assertThat(value.isBoolean()).as(path + ": true or false").isTrue();
            default -> throw new AssertionError(path + ": " + schema.getType() + " (expected: a type that our schemas have)");
        }
    }
}
