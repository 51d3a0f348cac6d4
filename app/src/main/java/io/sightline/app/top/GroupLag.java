package io.sightline.app.top;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far a group of workers is behind, as Kafka knows it: records that were not committed yet, those in work included. Thread-safe. */
public final class GroupLag {
    private static final long TIMEOUT_MS = 3_000;

    private final Admin admin;
    private final String group;

    /** @param admin stays the caller's */
    public GroupLag(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    public String group() {
        return group;
    }

    /** Over all its topics. Empty: the group has committed nothing, or Kafka does not answer within three seconds. */
    public OptionalLong records() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
            committed.values().removeIf(offset -> offset == null);
            if (committed.isEmpty()) {
                return OptionalLong.empty();
            }
            Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(latest(committed.keySet())).all().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            return OptionalLong.of(ends.entrySet().stream().mapToLong(end -> Math.max(0, end.getValue().offset() - committed.get(end.getKey()).offset())).sum());
        } catch (ExecutionException | TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    private static Map<TopicPartition, OffsetSpec> latest(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(partition -> specs.put(partition, OffsetSpec.latest()));
        return specs;
    }
}
