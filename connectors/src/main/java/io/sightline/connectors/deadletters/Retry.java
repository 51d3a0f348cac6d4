package io.sightline.connectors.deadletters;

import io.sightline.connectors.walk.TopicWalk;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the originals of dead letters to the topics they came from, with key and headers, and leaves a mark behind each letter on dead-letters. An
 * original and its mark are written in one transaction: a letter is sent and marked, or neither, also where this dies half-way. One retry at a
 * time: one that begins stops any that is under way. For one thread.
 */
public final class Retry implements AutoCloseable {
    private static final Set<String> LETTERS_OWN = Set.of(RecordHeaders.ERR_NO, RecordHeaders.ERR_MSG, RecordHeaders.SOURCE_TOPIC, RecordHeaders.SOURCE_PARTITION,
            RecordHeaders.SOURCE_OFFSET, RecordHeaders.RETRY_COUNT, RecordHeaders.RETRY_OF);
    private static final int MAX_BATCH = 200;
    private static final long MAX_BATCH_BYTES = 24 << 20;
    /** Well below the transaction's time-out, while letters that are not meant are read. */
    private static final long MAX_BATCH_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_ID_CHARS = 200;

    private final DeadLetters letters;
    private final String topic;
    private final String requests;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Integer> partitions = new HashMap<>();
    private boolean open;
    private long openedAt;
    private int inBatch;
    private long bytesInBatch;
    private long done;

    Retry(DeadLetters letters, Map<String, String> kafka, Topics topics) {
        this.letters = letters;
        this.topic = topics.name(Topic.DEAD_LETTERS);
        this.requests = topics.name(Topic.REQUESTS);
        this.producer = new KafkaProducer<>(properties(kafka, topic + ".retry"), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw failed(e);
        }
    }

    private static Map<String, Object> properties(Map<String, String> kafka, String transactionalId) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-retry");
        p.put("max.block.ms", 20_000);
        p.put("linger.ms", 5);
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(kafka);
        p.put("max.request.size", Topics.MAX_MESSAGE_BYTES);
        p.put("buffer.memory", 64 << 20);
        p.put("acks", "all");
        p.put("enable.idempotence", true);
        p.put("transactional.id", transactionalId);
        p.put("transaction.timeout.ms", 60_000);
        return p;
    }

    /** What this retry would do: nothing else changes it any more. As {@link DeadLetters#plan}. */
    public RetryPlan plan(LetterSelection selection, boolean again) {
        return letters.plan(selection, again);
    }

    /**
     * Sends what is planned.
     *
     * @param plan made by this retry
     * @param sent called after each letter
     * @return letters sent
     * @throws IllegalStateException where Kafka does not let it, or another retry has begun: what was sent by then is marked
     */
    public long send(RetryPlan plan, Runnable sent) {
        try (TopicWalk walk = letters.walk()) {
            letters.scan(walk, plan.firsts(), new DeadLetters.Visitor() {
                @Override
                public void letter(Letter letter, ConsumerRecord<byte[], byte[]> record) {
                    if (plan.contains(letter.place())) {
                        writing(() -> send(letter, record));
                        sent.run();
                    }
                    writing(Retry.this::commitWhenDue);
                }

                @Override
                public void retried(LetterPlace letter, Instant time) {
                    writing(Retry.this::commitWhenDue);
                }
            });
        }
        writing(this::commit);
        return done;
    }

    private void send(Letter letter, ConsumerRecord<byte[], byte[]> record) {
        if (!open) {
            producer.beginTransaction();
            open = true;
            openedAt = System.nanoTime();
        }
        int count = letter.retries() + 1;
        producer.send(original(letter, record, count));
        ProducerRecord<byte[], byte[]> mark = new ProducerRecord<>(topic, record.partition(), record.key(), null);
        RecordHeaders.put(mark.headers(), RecordHeaders.RETRIED_LETTER, letter.place().on(topic));
        RecordHeaders.put(mark.headers(), RecordHeaders.RETRY_COUNT, Integer.toString(count));
        producer.send(mark);
        inBatch++;
        bytesInBatch += Math.max(0, letter.bytes());
    }

    private ProducerRecord<byte[], byte[]> original(Letter letter, ConsumerRecord<byte[], byte[]> record, int count) {
        Letter.Source source = letter.source().orElseThrow();
        int there = partitions.computeIfAbsent(source.topic(), name -> producer.partitionsFor(name).size());
        // Where it was, so that it keeps its place beside others of its key; by its key where the topic has been made anew with fewer.
        Integer partition = source.partition() < there ? Integer.valueOf(source.partition()) : null;
        ProducerRecord<byte[], byte[]> original = new ProducerRecord<>(source.topic(), partition, record.key(), record.value());
        Headers headers = original.headers();
        record.headers().forEach(header -> {
            if (!LETTERS_OWN.contains(header.key())) {
                headers.add(header);
            }
        });
        if (source.topic().equals(requests) && letter.id().equals(letter.source().map(Letter.Source::toString)) && headers.lastHeader(RecordHeaders.REQUEST_ID) == null) {
            // It was named after its place: its result is to have the same name again.
            String id = source.toString();
            RecordHeaders.put(headers, RecordHeaders.REQUEST_ID, id.substring(Math.max(0, id.length() - MAX_ID_CHARS)));
        }
        RecordHeaders.put(headers, RecordHeaders.RETRY_COUNT, Integer.toString(count));
        RecordHeaders.put(headers, RecordHeaders.RETRY_OF, letter.place().on(topic));
        return original;
    }

    private void commitWhenDue() {
        if (open && (inBatch >= MAX_BATCH || bytesInBatch >= MAX_BATCH_BYTES || System.nanoTime() - openedAt > MAX_BATCH_NS)) {
            commit();
        }
    }

    private void commit() {
        if (open) {
            producer.commitTransaction();
            open = false;
            done += inBatch;
            inBatch = 0;
            bytesInBatch = 0;
        }
    }

    private void writing(Runnable work) {
        try {
            work.run();
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    private IllegalStateException failed(KafkaException e) {
        boolean fenced = e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException || e.getCause() instanceof ProducerFencedException
                || e.getCause() instanceof InvalidProducerEpochException;
        String what = fenced ? "another retry has begun (expected: one at a time)"
                : "Kafka refuses, " + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()) + " (expected: a transaction on " + topic + " and the originals' topics)";
        return new IllegalStateException("retry: " + what + "; " + done + " dead letters are sent and marked, all others are as they were", e);
    }

    /** What is not committed is undone. */
    @Override
    public void close() {
        if (open) {
            try {
                producer.abortTransaction();
            } catch (KafkaException e) {
                // The broker undoes it when the transaction's time is over, or the next retry begins.
            }
        }
        producer.close(Duration.ofSeconds(5));
    }
}
