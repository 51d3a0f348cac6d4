package io.sightline.topology.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.Kafka;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Broker.class)
class RecordFetcherTest {
    private static final Topics TOPICS = new Topics("fetcher.");
    private static final String TOPIC = TOPICS.name(Topic.REQUESTS);
    private static final int COUNT = 1500;

    @BeforeAll
    static void fill() {
        Kafka.createTopics(TOPICS);
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            for (int i = 0; i < COUNT; i++) {
                for (int partition = 0; partition < 2; partition++) {
                    producer.send(new ProducerRecord<>(TOPIC, partition, Kafka.bytes("k"), Kafka.bytes(partition + ":" + i)));
                }
            }
            producer.send(new ProducerRecord<>(TOPIC, 2, Kafka.bytes("k"), new byte[9 << 20]));
            producer.send(new ProducerRecord<>(TOPIC, 2, Kafka.bytes("k"), Kafka.bytes("behind")));
        }
    }

    private static String text(RecordFetcher fetcher, int partition, long offset) {
        return fetcher.fetch(partition, offset).map(record -> new String(record.value(), StandardCharsets.UTF_8)).orElse("none");
    }

    @Test
    void shouldFetchForwardsBackwardsAndAcrossPartitions() {
        try (RecordFetcher fetcher = new RecordFetcher(Kafka.client(), TOPIC, true)) {
            for (int i = 0; i < COUNT; i++) {
                assertThat(text(fetcher, i % 2, i)).isEqualTo(i % 2 + ":" + i);
            }
            new Random(1).ints(100, 0, COUNT).forEach(i -> assertThat(text(fetcher, i % 2, i)).isEqualTo(i % 2 + ":" + i));
            IntStream.of(5, 5, 4, 1499, 0).forEach(i -> assertThat(text(fetcher, 0, i)).isEqualTo("0:" + i));
        }
    }

    @Test
    void shouldFetchRecordsLargerThanWhatIsFetchedAhead() {
        try (RecordFetcher fetcher = new RecordFetcher(Kafka.client(), TOPIC, true)) {
            assertThat(fetcher.fetch(2, 0)).hasValueSatisfying(record -> assertThat(record.value()).hasSize(9 << 20));
            assertThat(text(fetcher, 2, 1)).isEqualTo("behind");
        }
    }

    @Test
    void shouldSayThatThereIsNoneWhenThereIsNone() {
        try (RecordFetcher fetcher = new RecordFetcher(Kafka.client(), TOPIC, true)) {
            assertThat(text(fetcher, 2, 2)).isEqualTo("none");
            assertThat(text(fetcher, 3, 0)).isEqualTo("none");
            assertThat(text(fetcher, 0, 1_000_000)).isEqualTo("none");
            assertThat(text(fetcher, 0, 7)).isEqualTo("0:7");
            assertThatThrownBy(() -> fetcher.fetch(4, 0)).hasMessage("partition: 4 of topic fetcher.requests (expected: one of 4)");
        }
        assertThatThrownBy(() -> new RecordFetcher(Kafka.client(), "nowhere", true)).hasMessage("topic nowhere: not there (expected: a topic of a running sightline)");
    }
}
