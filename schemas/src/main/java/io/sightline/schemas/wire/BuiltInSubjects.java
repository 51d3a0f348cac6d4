package io.sightline.schemas.wire;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * The embedded registry's schemas as a schema registry names them: a subject for each topic, {@code <topic>-value}, and its versions in the order
 * of their ids. Immutable.
 */
public final class BuiltInSubjects {
    /** @param number from 1 */
    public record Version(String subject, int number, int id, Schema schema) {
    }

    private final EmbeddedRegistry registry = EmbeddedRegistry.INSTANCE;
    private final Map<String, List<Version>> versions = new TreeMap<>();

    public BuiltInSubjects(Topics topics) {
        add(topics, Topic.REQUESTS, RecognitionRequest.getClassSchema());
        add(topics, Topic.RESULTS, RecognitionResult.getClassSchema());
        add(topics, Topic.GALLERY, GalleryEntry.getClassSchema());
        add(topics, Topic.GALLERY_VECTORS, GalleryVector.getClassSchema());
        add(topics, Topic.TRACE, TracerWindow.getClassSchema());
    }

    private void add(Topics topics, Topic topic, Schema current) {
        String subject = AvroCodec.subject(topics.name(topic));
        List<Version> all = new ArrayList<>();
        for (int i = 0; i < registry.schemas().size(); i++) {
            Schema schema = registry.schemas().get(i);
            if (schema.getFullName().equals(current.getFullName())) {
                all.add(new Version(subject, all.size() + 1, i + 1, schema));
            }
        }
        versions.put(subject, List.copyOf(all));
    }

    /** Sorted. */
    public List<String> subjects() {
        return List.copyOf(versions.keySet());
    }

    /** The first one first; none where there is no such subject. */
    public List<Version> versions(String subject) {
        return versions.getOrDefault(subject, List.of());
    }

    public Optional<Schema> schema(int id) {
        return id < 1 || id > registry.schemas().size() ? Optional.empty() : Optional.of(registry.schemas().get(id - 1));
    }

    /** Where the schema with that id is; none where there is no such id. */
    public List<Version> of(int id) {
        return versions.values().stream().flatMap(List::stream).filter(version -> version.id() == id).toList();
    }

    /** The version that is this schema; {@code avro.java.string} in it does not count, nor do texts that only people read. */
    public Optional<Version> find(String subject, Schema schema) {
        Schema plain = JavaProperties.removedFrom(schema);
        return versions(subject).stream().filter(version -> version.schema().equals(plain)).findFirst();
    }
}
