package io.sightline.schemas.wire;

import java.util.Arrays;
import org.apache.avro.Schema;

/** Confluent's subject name strategies, for values. Named by class name with or without package, as {@code value.subject.name.strategy} has it. */
enum SubjectNames {
    TopicNameStrategy, RecordNameStrategy, TopicRecordNameStrategy;

    private static final String SUFFIX = "-value";

    static SubjectNames of(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return Arrays.stream(values()).filter(strategy -> strategy.name().equals(simple)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "value.subject.name.strategy: " + name + " (expected: one of " + Arrays.toString(values()) + ", its package may stand before it)"));
    }

    /** @param topicSubject {@code <topic>-value} */
    String subject(String topicSubject, Schema schema) {
        String topic = topicSubject.endsWith(SUFFIX) ? topicSubject.substring(0, topicSubject.length() - SUFFIX.length()) : topicSubject;
        return switch (this) {
            case TopicNameStrategy -> topicSubject;
            case RecordNameStrategy -> schema.getFullName();
            case TopicRecordNameStrategy -> topic + "-" + schema.getFullName();
        };
    }
}
