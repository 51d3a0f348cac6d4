package io.sightline.topology.lookahead;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;

/** Kafka's mock, which can also be told exactly what a poll returns (transaction markers), and remembers its polls and calls. */
final class ScriptedConsumer extends MockConsumer<byte[], byte[]> {
    private final Deque<ConsumerRecords<byte[], byte[]>> script = new ArrayDeque<>();
    final List<Duration> polls = new ArrayList<>();
    boolean wokenUp;
    ConsumerRebalanceListener listener;
    CloseOptions closeOptions;

    ScriptedConsumer() {
        super("earliest");
    }

    void nextPollReturns(ConsumerRecords<byte[], byte[]> records) {
        script.add(records);
    }

    static ConsumerRecord<byte[], byte[]> record(String topic, int partition, long offset, int bytes) {
        return new ConsumerRecord<>(topic, partition, offset, null, new byte[bytes]);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        polls.add(timeout);
        ConsumerRecords<byte[], byte[]> scripted = script.poll();
        return scripted != null ? scripted : super.poll(timeout);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        this.listener = listener;
        super.subscribe(topics, listener);
    }

    @Override
    public void close(CloseOptions options) {
        closeOptions = options;
        super.close(options);
    }

    @Override
    public synchronized void wakeup() {
        wokenUp = true;
    }
}
