package io.sightline.schemas.wire;

import io.sightline.schemas.topics.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The schema registry that a configuration names. */
public final class Registries {
    private Registries() {
    }

    /**
     * @param properties under Confluent's names, {@code schema.registry.url} among them; or {@code value.serializer} and {@code value.deserializer}
     *     and what those want; none: the embedded registry
     * @param topics the topics read and written
     * @return the caller's to close; it may be away: see {@link SchemaRegistry#trouble()}
     * @throws IllegalArgumentException where a key is unknown or has no good value
     */
    public static SchemaRegistry open(Map<String, String> properties, Topics topics) {
        if (properties.isEmpty()) {
            return EmbeddedRegistry.INSTANCE;
        }
        return NamedSerdes.isNamedIn(properties) ? NamedSerdes.open(properties, topics) : new PatientRegistry(new RegistryClient(properties));
    }

    /** Of the properties of a Kafka client or converter those that are meant for the registry's; none where {@code schema.registry.url} is not among them. */
    public static Map<String, String> propertiesIn(Map<String, ?> properties) {
        Map<String, String> known = new HashMap<>();
        properties.forEach((key, value) -> {
            if (value != null && RegistrySettings.isKnown(key)) {
                known.put(key, value instanceof List<?> list ? String.join(",", list.stream().map(String::valueOf).toList()) : value.toString());
            }
        });
        return known.containsKey(RegistrySettings.URL) ? known : Map.of();
    }

    /** Opens nothing. @throws IllegalArgumentException as {@link #open} would, but for classes and files that are missing */
    public static void check(Map<String, String> properties) {
        if (!properties.isEmpty() && !NamedSerdes.isNamedIn(properties)) {
            RegistrySettings.of(properties);
        }
    }

    /** Whether other programs have to be told these schemas by this one: nobody else knows the embedded registry's ids. */
    public static boolean isEmbedded(Map<String, String> properties) {
        return properties.isEmpty();
    }
}
