package io.sightline.topology.lookahead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.streams.RunSource;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.ControlledEngine;
import io.sightline.topology.support.Kafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Broker.class)
class LookAheadClientSupplierTest {
    private final ControlledEngine<String> engine = new ControlledEngine<>("decode");
    private final LookAheadClientSupplier supplier = new LookAheadClientSupplier(Map.of("requests", engine), LookAheadSettings.DEFAULT);

    private static void produce(String topic, int count) throws Exception {
        try (Admin admin = Admin.create(Kafka.client()); KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic(topic, 1, (short) 1))).all().get();
            for (int i = 0; i < count; i++) {
                producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, new byte[100])).get();
            }
        }
    }

    @Test
    void shouldMakePlainClientsButForTheMainConsumer() {
        Map<String, Object> config = Kafka.client();
        try (Admin admin = supplier.getAdmin(config); Producer<byte[], byte[]> producer = supplier.getProducer(config);
                Consumer<byte[], byte[]> restore = supplier.getRestoreConsumer(config);
                Consumer<byte[], byte[]> global = supplier.getGlobalConsumer(config); Consumer<byte[], byte[]> main = supplier.getConsumer(config)) {
            assertThat(admin).isNotNull();
            assertThat(producer).isInstanceOf(KafkaProducer.class);
            assertThat(restore).isInstanceOf(KafkaConsumer.class);
            assertThat(global).isInstanceOf(KafkaConsumer.class);
            assertThat(main).isInstanceOf(LookAheadConsumer.class);
        }
    }

    @Test
    void shouldGiveRunsToTheThreadThatPolledThemOnly() throws Exception {
        String topic = "supplier-runs";
        produce(topic, 2);
        LookAheadClientSupplier own = new LookAheadClientSupplier(Map.of(topic, engine), LookAheadSettings.DEFAULT);
        RunSource<String> runs = own.runs(engine, true);
        Map<String, Object> config = Kafka.client();
        config.put("auto.offset.reset", "earliest");
        try (Consumer<byte[], byte[]> consumer = own.getConsumer(config)) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            while (engine.runs().size() < 2) {
                consumer.poll(Duration.ofMillis(50));
            }
            assertThat(own.recordsInFlight()).isEqualTo(2);
            assertThat(own.bytesInFlight()).isEqualTo(200);
            engine.runs().forEach(run -> run.complete("done"));
            assertThat(consumer.poll(Duration.ofSeconds(5)).count()).isEqualTo(2);

            AtomicReference<Boolean> elsewhere = new AtomicReference<>();
            Thread other = new Thread(() -> elsewhere.set(runs.take(topic, 0, 0).isPresent()));
            other.start();
            other.join();

            assertThat(elsewhere.get()).isFalse();
            assertThat(runs.take(topic, 0, 0)).isPresent();
            assertThat(runs.isCommitDue()).as("offset 1 is still to be processed").isFalse();
            assertThat(runs.take("no such", 0, 1)).isEmpty();
            assertThat(runs.take(topic, 0, 1)).isPresent();
            assertThat(runs.isCommitDue()).isTrue();
            assertThat(own.runs(engine, false).isCommitDue()).as("at least once").isFalse();
        }
        assertThat(own.recordsInFlight()).isZero();
        assertThat(own.lag()).isEmpty();
        assertThat(runs.take(topic, 0, 1)).as("after close").isEmpty();
    }

    @Test
    void shouldGiveNoRunsWhenNothingWasPolled() {
        assertThat(supplier.runs(engine, true).take("requests", 0, 0)).isEmpty();
        assertThat(supplier.recordsInFlight()).isZero();
        supplier.startNoMore();
    }

    @Test
    void shouldRefuseAnEngineItDoesNotHave() {
        assertThatThrownBy(() -> supplier.runs(new ControlledEngine<String>(), true)).isInstanceOf(IllegalArgumentException.class);
    }
}
