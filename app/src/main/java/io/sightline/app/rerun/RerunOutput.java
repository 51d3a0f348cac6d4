package io.sightline.app.rerun;

import io.sightline.connectors.results.ResultWriter;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.streams.EncodedResult;
import io.sightline.processors.streams.ResultRecord;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A re-run's own results topic, and a file where one is wanted. Owner: one thread. */
final class RerunOutput implements AutoCloseable {
    private static final int SMALL_MESSAGE_BYTES = 1 << 20;
    private static final long CALL_S = 30;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final String topic;
    private final String run;
    private final Optional<ResultWriter> file;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * @param client brokers and what else clients need, under Kafka's own names
     * @param file gets the results too; stays the caller's
     */
    RerunOutput(Map<String, Object> client, String topic, String run, Optional<ResultWriter> file) {
        this.file = file;
        this.topic = topic;
        this.run = run;
        Map<String, Object> p = new HashMap<>(client);
        p.put(ProducerConfig.ACKS_CONFIG, "all");
        p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        p.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        p.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        this.producer = new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** @throws IllegalArgumentException results of a re-run have no place among the service's own records */
    static void checkName(Topics topics, String topic) {
        if (Arrays.stream(Topic.values()).anyMatch(live -> topics.name(live).equals(topic))) {
            throw new IllegalArgumentException("--output-topic: '" + topic + "', one of the service's own (expected: another name)");
        }
    }

    /**
     * Makes the topic as the topic results is made.
     *
     * @throws IllegalArgumentException it is there already
     */
    static void create(Map<String, Object> client, String topic, int partitions, int replicationFactor) {
        NewTopic created = new NewTopic(topic, Optional.of(partitions), replicationFactor == -1 ? Optional.empty() : Optional.of((short) replicationFactor)).configs(Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE, TopicConfig.RETENTION_MS_CONFIG, Long.toString(Topic.RESULTS.retentionMs()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(SMALL_MESSAGE_BYTES)));
        Admin admin = Admin.create(client);
        try {
            admin.createTopics(Set.of(created)).all().get(CALL_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                throw new IllegalArgumentException("--output-topic: '" + topic + "' is there already (expected: a new one; or --resume, to go on where an earlier run ended)");
            }
            throw new IllegalArgumentException("--output-topic: '" + topic + "' can't be made, " + e.getCause().getMessage() + " (expected: a topic of " + partitions + " partitions)", e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("topic " + topic + ": not made in " + CALL_S + " s (expected: an answer from Kafka at " + client.get("bootstrap.servers") + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("topic " + topic + ": interrupted", e);
        } finally {
            // Without a limit it would wait for calls that nobody answers.
            admin.close(CLOSE);
        }
    }

    /** @throws KafkaException an earlier one could not be written */
    void write(EncodedResult result, InputRecord request, Optional<Original> original) {
        check();
        Headers headers = ResultRecord.headers(result.result(), request.headers());
        RecordHeaders.put(headers, RecordHeaders.RERUN, run);
        original.ifPresent(first -> {
            RecordHeaders.put(headers, RecordHeaders.ORIGINAL_PARTITION, Integer.toString(first.resultPartition()));
            RecordHeaders.put(headers, RecordHeaders.ORIGINAL_OFFSET, Long.toString(first.resultOffset()));
        });
        file.ifPresent(writer -> writer.write(result.result()));
        producer.send(new ProducerRecord<>(topic, null, ResultRecord.key(result.result()), result.value(), headers), (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    /** Waits until everything is on the topic. @throws KafkaException something could not be written */
    void flush() {
        producer.flush();
        check();
    }

    private void check() {
        if (failure.get() != null) {
            throw new KafkaException("topic " + topic + ": can't be written, " + failure.get().getMessage(), failure.get());
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
