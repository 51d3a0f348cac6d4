package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class BuiltInSubjectsTest {
    private final BuiltInSubjects subjects = new BuiltInSubjects(new Topics("t."));

    @Test
    void shouldHaveASubjectForEveryTopicWithASchema() {
        assertThat(subjects.subjects()).containsExactlyInAnyOrderElementsOf(Arrays.stream(Topic.values()).filter(topic -> topic != Topic.DEAD_LETTERS)
                .map(topic -> "t." + topic.baseName() + "-value").toList());
    }

    @Test
    void shouldHaveEverySchemaOnceUnderTheIdThatRecordsName() {
        for (int id = 1; id <= EmbeddedRegistry.INSTANCE.schemas().size(); id++) {
            int wanted = id;
            assertThat(subjects.of(id)).singleElement().satisfies(version -> {
                assertThat(version.schema()).isEqualTo(EmbeddedRegistry.INSTANCE.schemaOf(wanted));
                assertThat(subjects.versions(version.subject()).get(version.number() - 1)).isEqualTo(version);
            });
        }
        assertThat(subjects.schema(0)).isEmpty();
        assertThat(subjects.schema(EmbeddedRegistry.INSTANCE.schemas().size() + 1)).isEmpty();
        assertThat(subjects.of(0)).isEmpty();
        assertThat(subjects.versions("other-value")).isEmpty();
    }

    @Test
    void shouldFindTheGeneratedClassesSchemaThoughItNamesJavasStrings() {
        Schema generated = RecognitionRequest.getClassSchema();
        assertThat(generated.toString()).contains("avro.java.string");
        assertThat(subjects.find("t.requests-value", generated)).get().extracting(BuiltInSubjects.Version::id).isEqualTo(EmbeddedRegistry.INSTANCE.idOf("t.requests-value", generated));
        assertThat(subjects.find("t.requests-value", RecognitionResult.getClassSchema())).isEmpty();
        assertThat(subjects.find("t.results-value", Schema.create(Schema.Type.STRING))).isEmpty();
    }
}
