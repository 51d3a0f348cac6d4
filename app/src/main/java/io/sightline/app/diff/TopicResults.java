package io.sightline.app.diff;

import io.sightline.connectors.walk.Span;
import io.sightline.connectors.walk.TopicWalk;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Results of a topic, those of a span of time. Records that are no results are passed over and counted.
 *
 * @param kafka where Kafka is, under Kafka's own names
 */
public record TopicResults(String name, Map<String, String> kafka, String topic, Span span, SchemaRegistry registry) implements ResultSet {
    @Override
    public long each(Consumer<RecognitionResult> use) {
        AvroCodec<RecognitionResult> codec = new AvroCodec<>(RecognitionResult.class, registry);
        long[] others = {0};
        try (TopicWalk walk = new TopicWalk(kafka, topic)) {
            walk.each(span, record -> {
                RecognitionResult result = null;
                try {
                    result = codec.decode(record.value());
                } catch (SerializationException e) {
                    // Counted below.
                } catch (ApiException e) {
                    throw new IllegalArgumentException("topic " + topic + ": the schema registry does not answer, " + e.getMessage() + " (expected: one that knows the results' schema)", e);
                }
                if (result == null) {
                    others[0]++;
                } else {
                    use.accept(result);
                }
            });
        }
        return others[0];
    }
}
