package io.sightline.topology.history;

import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** How long the brokers leave the galleries' records alone before they may compact them. Immutable. */
final class CompactionLags {
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration CLOSE = Duration.ofSeconds(1);
    /** The brokers' clocks and this one may differ by so much. */
    private static final long CLOCKS_MS = Duration.ofMinutes(5).toMillis();

    private final Map<Topic, Long> lagsMs;

    private CompactionLags(Map<Topic, Long> lagsMs) {
        this.lagsMs = lagsMs;
    }

    static CompactionLags of(Map<String, Object> client, Topics topics) {
        Map<Topic, Long> lags = new HashMap<>();
        Admin admin = Admin.create(client);
        try {
            for (Topic topic : List.of(Topic.GALLERY, Topic.GALLERY_VECTORS)) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
                lags.put(topic, lagMs(admin.describeConfigs(List.of(resource)).all().get(CALL.toSeconds(), TimeUnit.SECONDS).get(resource)));
            }
            return new CompactionLags(lags);
        } catch (ExecutionException e) {
            throw new KafkaException("the galleries' topics: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("the galleries' topics: no answer in " + CALL.toSeconds() + " s (expected: one, from Kafka at " + client.get("bootstrap.servers") + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("the galleries' topics: interrupted", e);
        } finally {
            // Without a limit it would wait for calls that nobody answers.
            admin.close(CLOSE);
        }
    }

    private static long lagMs(Config config) {
        return Long.parseLong(config.get(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG).value());
    }

    /** By partition, the offset from which on nothing was compacted, given that the setting was in force since then. */
    Map<TopicPartition, Long> intactFrom(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, Topic topic) {
        long youngerThanMs = Math.min(System.currentTimeMillis(), lagsMs.get(topic)) - CLOCKS_MS;
        Map<TopicPartition, Long> intact = consumer.endOffsets(partitions, CALL);
        if (youngerThanMs > 0) {
            long sinceMs = System.currentTimeMillis() - youngerThanMs;
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, sinceMs));
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, CALL);
            found.forEach((partition, first) -> {
                if (first != null) {
                    intact.put(partition, first.offset());
                }
            });
        }
        return intact;
    }
}
