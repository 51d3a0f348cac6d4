package io.sightline.connectors.reply;

import java.util.Map;

/**
 * How {@link RequestReply} talks to Kafka.
 *
 * @param kafka properties for producer and consumer under Kafka's own names; {@code bootstrap.servers} at least
 * @param maxInFlight most calls waiting for their answer, at least 1
 * @param timeoutMs longest a call waits, at least 1; a call may ask for less
 */
public record ReplySettings(Map<String, String> kafka, int maxInFlight, long timeoutMs) {
    public ReplySettings {
        kafka = Map.copyOf(kafka);
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("max_in_flight: " + maxInFlight + " (expected: at least 1)");
        }
        if (timeoutMs < 1 || timeoutMs > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("request_timeout_ms: " + timeoutMs + " (expected: 1.." + Integer.MAX_VALUE + ")");
        }
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("kafka: no bootstrap.servers (expected: host:port of at least one broker)");
        }
    }
}
