package io.sightline.app.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    Path folder;

    @Test
    void shouldKeepRecordsWhenStartedAgainInTheSameFolder() throws Exception {
        // given a broker that took a record and stopped
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings(0))) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("t", Optional.of(1), Optional.empty()))).all().get();
            }
            try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>("t", "k", "v")).get();
            }
        }
        // when it starts again, on another port
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings(0));
                var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.bootstrapServers()), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            // then the record is there
            assertThat(consumer.poll(Duration.ofSeconds(20))).singleElement().satisfies(r -> assertThat(r.value()).isEqualTo("v"));
        }
    }

    @Test
    void shouldRefuseToStartWhenTheFolderIsInUse() {
        try (EmbeddedBroker first = EmbeddedBroker.start(settings(0))) {
            assertThat(first.bootstrapServers()).startsWith("127.0.0.1:");
            assertThatThrownBy(() -> EmbeddedBroker.start(settings(0))).isInstanceOf(BrokerException.class)
                    .hasMessageContaining(folder.toString()).hasMessageContaining("expected: one broker a folder");
        }
    }

    @Test
    void shouldNameThePortWhenItIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedBroker.start(settings(taken.getLocalPort()))).isInstanceOf(BrokerException.class)
                    .hasMessageContaining("broker port: " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void shouldNameTheFolderWhenItIsAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> EmbeddedBroker.start(new BrokerSettings(0, file, Map.of()))).isInstanceOf(BrokerException.class)
                .hasMessageContaining(file.toString());
    }

    private BrokerSettings settings(int port) {
        return new BrokerSettings(port, folder.resolve("kafka"), Map.of());
    }
}
