package io.sightline.topology.topics;

import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Sightline's topics, or checks the ones there are. Owner: the starting thread; waits at most the time-out of
 * {@link TopicSettings}. Several workers may do it at the same time.
 *
 * <p>Checked, since data would be lost or records refused otherwise: cleanup.policy (a gallery that is deleted by age, or results that are
 * compacted) and max.message.bytes. Partitions, replication and retention are the operator's.
 */
public final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    /** Kafka's own default: what results and vectors need. */
    private static final int SMALL_MESSAGE_BYTES = 1 << 20;
    /** Kafka's own default. */
    private static final long REMOVALS_MS = Duration.ofDays(1).toMillis();
    private static final long LOOK_MS = 20;
    /** Kafka's own default: then another broker is asked. */
    private static final int MAX_REQUEST_MS = 30_000;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Admin admin;
    private final Topics topics;
    private final TopicSettings settings;

    /** @param admin the caller's to close */
    public TopicSetup(Admin admin, Topics topics, TopicSettings settings) {
        this.admin = admin;
        this.topics = topics;
        this.settings = settings;
    }

    /**
     * Connects, does {@link #ensure()}, and lets go: no longer after the time-out than its own second, whatever the brokers do.
     *
     * @param client brokers and what else clients need, see {@link io.sightline.topology.StreamsProperties#client}
     * @return the topic gallery-vectors
     */
    public static GalleryLog ensure(Map<String, Object> client, Topics topics, TopicSettings settings) {
        Map<String, Object> config = new HashMap<>(client);
        if (!config.containsKey(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG) && !config.containsKey(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG)) {
            // Kafka's own is a minute, whatever the settings say. Kafka wants the second to be no longer than the first.
            config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) settings.timeoutMs());
            config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.min(MAX_REQUEST_MS, settings.timeoutMs()));
        }
        Admin admin = Admin.create(config);
        try {
            TopicSetup setup = new TopicSetup(admin, topics, settings);
            setup.ensure();
            return new GalleryLog(setup.idOf(Topic.GALLERY_VECTORS), setup.removalsKept(Topic.GALLERY_VECTORS));
        } finally {
            // Without a limit it would wait for calls that nobody answers.
            admin.close(CLOSE);
        }
    }

    /** @throws TopicMismatchException where topics are missing and may not be made, or are not as needed */
    public void ensure() {
        List<String> missing = missing();
        if (!missing.isEmpty() && !settings.autoCreate()) {
            throw new TopicMismatchException(missing.stream()
                    .map(name -> "topic " + name + ": missing (expected: there, since topics.auto_create is off)").toList());
        }
        for (Topic topic : Topic.values()) {
            if (missing.contains(topics.name(topic))) {
                create(topic);
            }
        }
        if (!missing.isEmpty()) {
            awaitAll();
        }
        check();
    }

    /** The identity of a topic that is there: another one of the same name, made after this one was deleted, has another. */
    String idOf(Topic topic) {
        String name = topics.name(topic);
        return get("topic " + name, admin.describeTopics(Set.of(name)).topicNameValues().get(name), UnknownTopicOrPartitionException.class)
                .map(description -> description.topicId().toString())
                .orElseThrow(() -> new KafkaException("topic " + name + ": missing (expected: there)"));
    }

    /** How long a compacted topic keeps a removal (delete.retention.ms), at least: from when it is made until who reads on has to have seen it. */
    Duration removalsKept(Topic topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
        Config config = get("topic " + topics.name(topic), admin.describeConfigs(Set.of(resource)).values().get(resource), UnknownTopicOrPartitionException.class)
                .orElseThrow(() -> new KafkaException("topic " + topics.name(topic) + ": missing (expected: there)"));
        return Duration.ofMillis(Long.parseLong(config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value()));
    }

    /** A topic just made is not known to every broker at once; Kafka Streams takes that for a missing source. */
    private void awaitAll() {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.timeoutMs());
        List<String> unseen = missing();
        while (!unseen.isEmpty()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new KafkaException("topics " + unseen + ": made, but not to be seen after " + settings.timeoutMs() + " ms");
            }
            pause();
            unseen = missing();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("topic setup: interrupted", e);
        }
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        Map<String, ? extends KafkaFuture<?>> found =
                admin.describeTopics(Arrays.stream(Topic.values()).map(topics::name).toList()).topicNameValues();
        found.forEach((name, future) -> {
            if (get("topic " + name, future, UnknownTopicOrPartitionException.class).isEmpty()) {
                missing.add(name);
            }
        });
        return missing;
    }

    private void create(Topic topic) {
        String name = topics.name(topic);
        Optional<Integer> partitions = Optional.of(partitions(topic));
        Optional<Short> replication = settings.replicationFactor() == -1 ? Optional.empty() : Optional.of((short) settings.replicationFactor());
        NewTopic created = new NewTopic(name, partitions, replication).configs(configs(topic));
        Optional<Void> exists = get("topic " + name, admin.createTopics(Set.of(created)).all(), TopicExistsException.class);
        LOG.info("topic {} made, {} partitions{}", name, partitions.get(), exists.isPresent() ? "" : " (by another worker)");
    }

    private int partitions(Topic topic) {
        return switch (topic) {
            case REQUESTS, RESULTS, DEAD_LETTERS -> settings.partitions();
            case GALLERY, GALLERY_VECTORS -> settings.galleryPartitions();
            case TRACE -> 1;
        };
    }

    private Map<String, String> configs(Topic topic) {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanupPolicy(topic));
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(neededBytes(topic)));
        if (topic.compacted()) {
            configs.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(settings.galleryHistoryMs()));
            configs.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(Math.max(settings.galleryHistoryMs(), REMOVALS_MS)));
        } else {
            configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(topic.retentionMs()));
        }
        return configs;
    }

    private static String cleanupPolicy(Topic topic) {
        return topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE;
    }

    /** A dead letter is its original and the reason. */
    private static int neededBytes(Topic topic) {
        if (topic == Topic.DEAD_LETTERS) {
            return DeadLetterRecord.MAX_BYTES;
        }
        return topic.carriesImages() ? Topics.MAX_MESSAGE_BYTES : SMALL_MESSAGE_BYTES;
    }

    private void check() {
        Map<String, ConfigResource> resources = Arrays.stream(Topic.values()).map(topics::name)
                .collect(Collectors.toMap(name -> name, name -> new ConfigResource(ConfigResource.Type.TOPIC, name)));
        Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(resources.values()).values();
        List<String> mismatches = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            String name = topics.name(topic);
            // Not known to the broker that was asked: just made, as we want it.
            get("topic " + name, configs.get(resources.get(name)), UnknownTopicOrPartitionException.class)
                    .ifPresent(config -> check(topic, config, mismatches));
        }
        if (!mismatches.isEmpty()) {
            throw new TopicMismatchException(mismatches);
        }
    }

    private void check(Topic topic, Config config, List<String> mismatches) {
        String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
        if (!cleanupPolicy(topic).equals(policy)) {
            mismatches.add("topic " + topics.name(topic) + ": cleanup.policy=" + policy + " (expected: " + cleanupPolicy(topic) + ")");
        }
        int bytes = Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
        if (bytes < neededBytes(topic)) {
            mismatches.add("topic " + topics.name(topic) + ": max.message.bytes=" + bytes + " (expected: at least " + neededBytes(topic) + ")");
        }
    }

    /** The future's value (for Void a placeholder); empty where it failed with the exception that is allowed for. */
    @SuppressWarnings("unchecked")
    private <T> Optional<T> get(String what, KafkaFuture<T> future, Class<? extends Exception> allowed) {
        try {
            T value = future.get(settings.timeoutMs(), TimeUnit.MILLISECONDS);
            return Optional.of(value == null ? (T) Boolean.TRUE : value);
        } catch (ExecutionException e) {
            if (allowed.isInstance(e.getCause())) {
                return Optional.empty();
            }
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw noAnswer(what, e.getCause());
            }
            throw new KafkaException(what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw noAnswer(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(what + ": interrupted", e);
        }
    }

    private KafkaException noAnswer(String what, Throwable cause) {
        return new KafkaException(what + ": no answer from the brokers in " + settings.timeoutMs() + " ms (expected: one; see topics.timeout_ms)", cause);
    }
}
