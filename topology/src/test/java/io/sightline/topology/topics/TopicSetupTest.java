package io.sightline.topology.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.schemas.settings.Setting;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.Kafka;
import java.util.Arrays;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Broker.class)
class TopicSetupTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final TopicSettings NO_CREATE = new TopicSettings("", false, 4, 1, -1, 1000, 30_000);

    private final Topics topics = new Topics("setup" + NUMBER.incrementAndGet() + ".");
    private Admin admin;

    @BeforeEach
    void connect() {
        admin = Admin.create(Kafka.client());
    }

    @AfterEach
    void disconnect() {
        admin.close();
    }

    private void ensure(TopicSettings settings) {
        new TopicSetup(admin, topics, settings).ensure();
    }

    private Config config(Topic topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
        return admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }

    /** A topic just made is seen a little later. */
    private void awaitSeen(Topic topic) {
        await().ignoreExceptions().until(() -> partitions(topic) > 0);
    }

    private int partitions(Topic topic) throws Exception {
        return admin.describeTopics(List.of(topics.name(topic))).allTopicNames().get().get(topics.name(topic)).partitions().size();
    }

    private void make(Topic topic, Map<String, String> configs) throws Exception {
        admin.createTopics(List.of(new NewTopic(topics.name(topic), Optional.of(1), Optional.empty()).configs(configs))).all().get();
        awaitSeen(topic);
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void shouldMakeEachTopicAsItIsToBeKept(Topic topic) throws Exception {
        ensure(TopicSettings.DEFAULT);

        assertThat(config(topic).get("cleanup.policy").value()).isEqualTo(topic.compacted() ? "compact" : "delete");
        if (topic.compacted()) {
            assertThat(config(topic).get("min.compaction.lag.ms").value()).isEqualTo("604800000");
            assertThat(new TopicSetup(admin, topics, TopicSettings.DEFAULT).removalsKept(topic)).isEqualTo(Duration.ofDays(7));
        } else {
            assertThat(config(topic).get("retention.ms").value()).isEqualTo("" + topic.retentionMs());
        }
        int bytes = Integer.parseInt(config(topic).get("max.message.bytes").value());
        assertThat(bytes).isEqualTo(topic == Topic.DEAD_LETTERS ? DeadLetterRecord.MAX_BYTES : topic.carriesImages() ? Topics.MAX_MESSAGE_BYTES : 1 << 20);
    }

    @Test
    void shouldKeepRemovalsForADayWhereOldStatesAreNotKept() {
        TopicSettings noHistory = new TopicSettings("", true, 1, 1, 1, 0, 30_000);
        ensure(noHistory);
        assertThat(new TopicSetup(admin, topics, noHistory).removalsKept(Topic.GALLERY_VECTORS)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void shouldTellHowLongATopicThatWasThereKeepsRemovals() throws Exception {
        make(Topic.GALLERY_VECTORS, Map.of("cleanup.policy", "compact", "delete.retention.ms", "1234"));
        assertThat(new TopicSetup(admin, topics, TopicSettings.DEFAULT).removalsKept(Topic.GALLERY_VECTORS)).isEqualTo(Duration.ofMillis(1234));
    }

    @Test
    void shouldMakeThePartitionsThatAreConfigured() throws Exception {
        ensure(new TopicSettings("", true, 3, 2, 1, 1000, 30_000));

        assertThat(partitions(Topic.REQUESTS)).isEqualTo(3);
        assertThat(partitions(Topic.RESULTS)).isEqualTo(3);
        assertThat(partitions(Topic.DEAD_LETTERS)).isEqualTo(3);
        assertThat(partitions(Topic.GALLERY)).isEqualTo(2);
        assertThat(partitions(Topic.GALLERY_VECTORS)).isEqualTo(2);
        assertThat(partitions(Topic.TRACE)).isEqualTo(1);
    }

    @Test
    void shouldLeaveExistingTopicsAsTheyAreWhenTheyFit() throws Exception {
        make(Topic.REQUESTS, Map.of("max.message.bytes", "20000000", "retention.ms", "1000"));

        ensure(TopicSettings.DEFAULT);
        ensure(NO_CREATE);

        assertThat(partitions(Topic.REQUESTS)).isEqualTo(1);
        assertThat(config(Topic.REQUESTS).get("retention.ms").value()).isEqualTo("1000");
    }

    @Test
    void shouldNameEachMissingTopicWhenItMayNotMakeThem() throws Exception {
        make(Topic.RESULTS, Map.of());

        assertThatThrownBy(() -> ensure(NO_CREATE)).isInstanceOf(TopicMismatchException.class)
                .hasMessageContaining("topic " + topics.name(Topic.REQUESTS) + ": missing (expected: there, since topics.auto_create is off)")
                .hasMessageNotContaining(topics.name(Topic.RESULTS) + ":");
    }

    @Test
    void shouldNameTopicKeySeenAndExpectedWhenTopicsDiffer() throws Exception {
        make(Topic.GALLERY, Map.of("max.message.bytes", "20000000"));
        make(Topic.REQUESTS, Map.of("max.message.bytes", "1000"));

        assertThatThrownBy(() -> ensure(TopicSettings.DEFAULT)).isInstanceOf(TopicMismatchException.class)
                .hasMessageContaining("topic " + topics.name(Topic.GALLERY) + ": cleanup.policy=delete (expected: compact)")
                .hasMessageContaining("topic " + topics.name(Topic.REQUESTS) + ": max.message.bytes=1000 (expected: at least 17825792)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client.id", "request.timeout.ms", "default.api.timeout.ms"})
    @Timeout(240)
    void shouldSayThatNoBrokerAnswersWhenNoneDoesAndNotWaitForLonger(String key) {
        // given a client that would go on for ten minutes
        Map<String, Object> client = Map.of("bootstrap.servers", "127.0.0.1:1", key, "600000");
        // when, then
        assertThatThrownBy(() -> TopicSetup.ensure(client, topics, new TopicSettings("", true, 1, 1, -1, 0, 1000)))
                .isInstanceOf(KafkaException.class).hasMessageStartingWith("topic setup").hasMessageContaining(": no answer from the brokers in 1000 ms");
    }

    @Test
    void shouldConnectByItselfWhenGivenBrokers() throws Exception {
        String id = TopicSetup.ensure(Kafka.client(), topics, TopicSettings.DEFAULT).id();

        assertThat(partitions(Topic.REQUESTS)).isEqualTo(4);
        assertThat(id).isEqualTo(new TopicSetup(admin, topics, TopicSettings.DEFAULT).idOf(Topic.GALLERY_VECTORS));
    }

    @Test
    void shouldRefuseNumbersThatMakeNoTopic() {
        assertThatThrownBy(() -> new TopicSettings("", true, 0, 1, -1, 0, 1000)).hasMessage("topics.partitions: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> new TopicSettings("", true, 1, 0, -1, 0, 1000)).hasMessage("topics.gallery_partitions: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> new TopicSettings("", true, 1, 1, 0, 0, 1000)).hasMessage("topics.replication_factor: 0 (expected: 1 or more)");
    }

    @Test
    void shouldHaveTheDefaultsItsAnnotationsName() {
        TopicSettings d = TopicSettings.DEFAULT;
        assertThat(Arrays.stream(TopicSettings.class.getRecordComponents()).map(c -> c.getAnnotation(Setting.class).def()))
                .containsExactly(d.prefix(), "" + d.autoCreate(), "" + d.partitions(), "" + d.galleryPartitions(), "" + d.replicationFactor(), "" + d.galleryHistoryMs(), "" + d.timeoutMs());
    }
}
