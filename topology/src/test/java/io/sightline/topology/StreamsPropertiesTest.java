package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.WorkerSettings.ProcessingGuarantee;
import io.sightline.topology.failure.FailureRecords;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsPropertiesTest {
    private static final FailureRecords FAILURES = new FailureRecords(new Topics("t."), EmbeddedRegistry.INSTANCE);
    private static final StreamsSettings ALO = StreamsSettings.of("kafka:9092", WorkerSettings.DEFAULT);
    private static final StreamsSettings EOS = StreamsSettings.of("kafka:9092", WorkerSettings.DEFAULT.withProcessingGuarantee(ProcessingGuarantee.EXACTLY_ONCE_V2));

    private static StreamsSettings with(Map<String, String> kafka, Map<String, String> streams) {
        return new StreamsSettings("kafka:9092", WorkerSettings.DEFAULT, kafka, streams);
    }

    private static Map<String, Object> producer(StreamsSettings settings) {
        return new StreamsConfig(StreamsProperties.of(settings, FAILURES)).getProducerConfigs("p");
    }

    private static Map<String, Object> consumer(StreamsSettings settings) {
        return new StreamsConfig(StreamsProperties.of(settings, FAILURES)).getMainConsumerConfigs("sightline", "c", 1);
    }

    @Test
    void shouldPublishWithoutWaitingForMoreRecords() {
        assertThat(producer(ALO).get("linger.ms")).hasToString("0");
        assertThat(producer(EOS).get("linger.ms")).hasToString("0");
    }

    @Test
    void shouldCommitSeldomOrOftenByGuarantee() {
        assertThat(StreamsProperties.of(ALO, FAILURES)).containsEntry("commit.interval.ms", 1000);
        assertThat(StreamsProperties.of(EOS, FAILURES)).containsEntry("commit.interval.ms", 20);
        assertThat(producer(EOS).get("transaction.timeout.ms")).hasToString("2000");
    }

    @Test
    void shouldKeepTransactionsOpenLongerWhenThereIsNoLookAhead() {
        StreamsSettings settings = new StreamsSettings("kafka:9092", EOS.worker(), Map.of(), Map.of("group.protocol", "streams"));

        assertThat(producer(settings)).doesNotContainEntry("transaction.timeout.ms", 2000);
    }

    @Test
    void shouldTakeTheLargestMessages() {
        assertThat(producer(ALO).get("max.request.size")).hasToString("" + DeadLetterRecord.MAX_BYTES);
        assertThat(Long.parseLong(producer(ALO).get("buffer.memory").toString())).isGreaterThan(2L * DeadLetterRecord.MAX_BYTES);
        assertThat(consumer(ALO).get("max.partition.fetch.bytes")).hasToString("" + DeadLetterRecord.MAX_BYTES);
        assertThat(consumer(ALO).get("max.poll.records")).hasToString("32");
    }

    @Test
    void shouldReadCommittedRecordsOnlyWhenExactlyOnce() {
        assertThat(consumer(EOS).get("isolation.level")).isEqualTo("read_committed");
    }

    @Test
    void shouldBeAStaticMemberWhenItHasAnInstanceId() {
        assertThat(consumer(ALO)).doesNotContainKey("group.instance.id");
        assertThat(consumer(StreamsSettings.of("k:1", WorkerSettings.DEFAULT.withInstanceId("w1"))).get("group.instance.id")).isEqualTo("w1-1");
    }

    @ParameterizedTest
    @CsvSource({"6000, 1000", "10000, 1000", "2400, 800"})
    void shouldBeatSeveralTimesWithinTheSessionTimeout(int sessionMs, String heartbeatMs) {
        StreamsSettings settings = StreamsSettings.of("k:1", WorkerSettings.DEFAULT.withSessionTimeoutMs(sessionMs));

        assertThat(consumer(settings).get("heartbeat.interval.ms")).hasToString(heartbeatMs);
        assertThat(consumer(settings).get("session.timeout.ms")).hasToString("" + sessionMs);
    }

    @Test
    void shouldLetWhatIsPassedThroughWin() {
        StreamsSettings settings = with(Map.of("linger.ms", "7", "security.protocol", "SSL"),
                Map.of("consumer.max.poll.records", "5", "main.consumer.fetch.max.wait.ms", "9", "commit.interval.ms", "50"));

        assertThat(producer(settings).get("linger.ms")).hasToString("7");
        assertThat(producer(settings)).containsEntry("security.protocol", "SSL");
        assertThat(consumer(settings).get("max.poll.records")).hasToString("5");
        assertThat(consumer(settings).get("fetch.max.wait.ms")).hasToString("9");
        assertThat(StreamsProperties.of(settings, FAILURES)).containsEntry("commit.interval.ms", "50");
        assertThat(StreamsProperties.client(settings)).containsEntry("security.protocol", "SSL").containsEntry("bootstrap.servers", "kafka:9092");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application.id", "bootstrap.servers", "processing.guarantee", "num.stream.threads", "consumer.group.instance.id",
        "main.consumer.isolation.level", "producer.transactional.id", "enable.auto.commit", "processing.exception.handler",
        "production.exception.handler", "main.consumer.key.deserializer", "producer.value.serializer", "session.timeout.ms", "group.id"})
    void shouldRefuseToPassThroughAKeyItMustSetItself(String key) {
        assertThatThrownBy(() -> StreamsProperties.of(with(Map.of(), Map.of(key, "x")), FAILURES))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("streams." + key + ": passed through (expected: not set there, ");
        assertThatThrownBy(() -> StreamsProperties.client(with(Map.of(key, "x"), Map.of())))
                .hasMessageStartingWith("kafka." + key + ": passed through");
    }

    @Test
    void shouldNameWhatWasSeenAndExpectedWhenASettingIsWrong() {
        assertThatThrownBy(() -> StreamsSettings.of(" ", WorkerSettings.DEFAULT)).hasMessage("kafka.bootstrap.servers: '' (expected: host:port,...)");
        assertThatThrownBy(() -> WorkerSettings.DEFAULT.withApplicationId("a b")).hasMessageStartingWith("application_id: 'a b' (expected: ");
    }

    @Test
    void shouldNameKeysThatAreThereWhenOneMayNotBePassedThrough() {
        assertThatThrownBy(() -> StreamsProperties.of(with(Map.of(), Map.of("application.id", "x")), FAILURES)).hasMessageContaining("use worker.application_id");
        assertThatThrownBy(() -> StreamsProperties.client(with(Map.of("bootstrap.servers", "x"), Map.of()))).hasMessageContaining("use kafka.bootstrap.servers");
    }
}
