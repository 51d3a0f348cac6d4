package io.sightline.connectors.reply;

import io.sightline.schemas.topics.Topics;
import java.util.HashMap;
import java.util.Map;

/** Settings of the two Kafka clients. The operator's own win over our defaults, but not over what request/reply rests on. */
final class KafkaProperties {
    private static final int MAX_BLOCK_MS = 2_000;
    /** Room for a few of the largest requests. */
    private static final int BUFFER_BYTES = 64 << 20;

    private KafkaProperties() {
    }

    static Map<String, Object> producer(ReplySettings settings) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-bridge");
        p.put("linger.ms", 0);
        p.put("max.block.ms", (int) Math.min(MAX_BLOCK_MS, settings.timeoutMs()));
        // A request delivered later than this has nobody waiting for it.
        p.put("delivery.timeout.ms", (int) settings.timeoutMs());
        p.put("request.timeout.ms", (int) settings.timeoutMs());
        p.put("max.request.size", Topics.MAX_MESSAGE_BYTES);
        p.put("buffer.memory", BUFFER_BYTES);
        p.put("metadata.max.age.ms", 30_000);
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(settings.kafka());
        p.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        p.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        p.remove("transactional.id");
        return p;
    }

    static Map<String, Object> consumer(ReplySettings settings) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-bridge");
        p.put("auto.offset.reset", "latest");
        p.put("fetch.max.wait.ms", 200); // how long a close may have to wait for a quiet topic
        p.put("metadata.max.age.ms", 5_000); // how soon a partition added to the topic is seen
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(settings.kafka());
        p.remove("group.id");
        p.remove("group.instance.id");
        p.put("group.protocol", "classic");
        p.put("enable.auto.commit", false);
        p.put("allow.auto.create.topics", false);
        p.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        p.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        return p;
    }
}
