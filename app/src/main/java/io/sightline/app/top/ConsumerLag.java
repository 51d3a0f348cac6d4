package io.sightline.app.top;

import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Records that the workers' group has not committed yet, from its committed offsets: also of partitions that no worker has. A partition without a
 * commit counts from its first record. Work in progress is in it: a worker that does nothing else commits at once, a busy one each second.
 * Owned by one thread, which it blocks.
 */
final class ConsumerLag implements AutoCloseable {
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final List<Topic> READ = List.of(Topic.REQUESTS, Topic.GALLERY);

    private final Admin admin;
    private final Topics topics;
    private final String group;

    /**
     * @param kafka properties for the client under Kafka's own names
     * @param group {@code worker.application_id}
     */
    ConsumerLag(Map<String, String> kafka, Topics topics, String group) {
        this.admin = Admin.create(new HashMap<>(kafka));
        this.topics = topics;
        this.group = group;
    }

    /**
     * By topic; topics that are not there are left out.
     *
     * @throws KafkaException where the brokers don't say
     */
    Map<String, Long> read() throws InterruptedException {
        try {
            Map<TopicPartition, Long> committed = new HashMap<>();
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get(ASK.toMillis(), TimeUnit.MILLISECONDS).forEach((partition, offset) -> {
                if (offset != null) {
                    committed.put(partition, offset.offset());
                }
            });
            Map<String, Long> lag = new LinkedHashMap<>();
            for (Topic topic : READ) {
                of(topics.name(topic), committed, lag);
            }
            return lag;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("no answer in " + ASK.toMillis() + " ms", e);
        }
    }

    private void of(String topic, Map<TopicPartition, Long> committed, Map<String, Long> lag) throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> last = new HashMap<>();
        Map<TopicPartition, OffsetSpec> first = new HashMap<>();
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get(ASK.toMillis(), TimeUnit.MILLISECONDS).get(topic).partitions().forEach(info -> {
                TopicPartition partition = new TopicPartition(topic, info.partition());
                last.put(partition, OffsetSpec.latest());
                first.put(partition, OffsetSpec.earliest());
            });
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return;
            }
            throw e;
        }
        var begins = admin.listOffsets(first).all().get(ASK.toMillis(), TimeUnit.MILLISECONDS);
        long waiting = 0;
        for (var end : admin.listOffsets(last).all().get(ASK.toMillis(), TimeUnit.MILLISECONDS).entrySet()) {
            long begin = begins.get(end.getKey()).offset();
            waiting += Math.max(0, end.getValue().offset() - Math.max(begin, committed.getOrDefault(end.getKey(), begin)));
        }
        lag.put(topic, waiting);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
