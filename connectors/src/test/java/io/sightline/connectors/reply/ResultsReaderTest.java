package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.TestBroker;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResultsReaderTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(2);
    private final String topic = topics.name(Topic.RESULTS);
    private final Queue<String> read = new ConcurrentLinkedQueue<>();
    private final ResultsReader reader = new ResultsReader(KafkaProperties.consumer(new ReplySettings(broker.kafka(), 1, 1_000)), topic,
            record -> read.add(new String(record.value(), StandardCharsets.UTF_8)));
    private final Thread thread = new Thread(reader, "reader-under-test");
    private KafkaProducer<String, String> producer;

    @BeforeEach
    void openProducer() {
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0, "metadata.max.age.ms", 500), new StringSerializer(), new StringSerializer());
    }

    @AfterEach
    void close() throws Exception {
        producer.close();
        reader.close();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    private void publish(int partition, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
    }

    private void startAndAwaitReady() {
        thread.start();
        await().atMost(LONG).until(() -> reader.trouble().isEmpty());
    }

    @Test
    void shouldReadWhatComesOnceItIsReadyAndNothingOfBefore() throws Exception {
        // given
        publish(0, "old");
        publish(1, "old");
        assertThat(reader.trouble()).isPresent();
        startAndAwaitReady();
        // when records come in the moment it is ready
        publish(0, "a");
        publish(1, "b");
        // then
        await().atMost(LONG).until(() -> read.size() == 2);
        assertThat(read).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void shouldReadAPartitionAddedLaterFromItsBeginning() throws Exception {
        // given
        startAndAwaitReady();
        // when a partition is added and written before the reader can know it
        broker.setPartitions(topic, 3);
        await().atMost(LONG).ignoreExceptions().until(() -> {
            publish(2, "in the new one");
            return true;
        });
        publish(0, "in an old one");
        // then
        await().atMost(LONG).untilAsserted(() -> assertThat(read).contains("in the new one", "in an old one"));
        assertThat(read.stream().filter("in an old one"::equals)).hasSize(1);
    }

    @Test
    void shouldGoOnInOrderWithoutLossUnderAFlood() throws Exception {
        startAndAwaitReady();
        for (int i = 0; i < 3_000; i++) {
            producer.send(new ProducerRecord<>(topic, 0, null, Integer.toString(i)));
        }
        producer.flush();
        await().atMost(LONG).until(() -> read.size() == 3_000);
        assertThat(List.copyOf(read)).isEqualTo(java.util.stream.IntStream.range(0, 3_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void shouldEndWhenClosedBeforeItBegan() {
        reader.close();
        thread.start();
        await().atMost(LONG).until(() -> !thread.isAlive());
        assertThat(reader.trouble()).contains("closed");
    }

    @Test
    void shouldEndSoonWhenClosedWhileItWaits() throws Exception {
        startAndAwaitReady();
        reader.close();
        await().atMost(Duration.ofSeconds(90)).until(() -> !thread.isAlive());
        publish(0, "late");
        assertThat(read).isEmpty();
    }
}
