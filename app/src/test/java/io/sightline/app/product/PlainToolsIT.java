package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tools that know nothing of Sightline see keys and headers as docs/topics.md states them. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class PlainToolsIT {
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static Product product;
    private static RecordMetadata picture;
    private static RecordMetadata text;
    private static RecordMetadata edit;

    @TempDir
    Path folder;

    @BeforeAll
    static void send(Product running) throws Exception {
        product = running;
        Header traceparent = new RecordHeader("traceparent", BadFiles.text(TRACEPARENT));
        picture = product.sendAndWait(Topic.REQUESTS, BadFiles.text("plain-1"), Product.scene(0), new RecordHeader("correlation-id", BadFiles.text("c-1")), traceparent);
        text = product.sendAndWait(Topic.REQUESTS, BadFiles.text("plain-2"), BadFiles.text("hello"), new RecordHeader("request-id", BadFiles.text("plain-2 ä")));
        edit = product.sendAndWait(Topic.GALLERY, BadFiles.text("plain/a"), Product.galleryPicture(0),
                new RecordHeader("request-id", BadFiles.text("plain-3")), new RecordHeader("correlation-id", BadFiles.text("c-3")));
        product.outputs().result(picture);
        product.outputs().result(text);
        product.outputs().deadLetter(Outputs.place(text));
        product.outputs().result(Outputs.place(edit));
        await("a tracer window").atMost(Duration.ofSeconds(90)).until(() -> !read(Topic.TRACE).isEmpty());
    }

    @Test
    void shouldShowKeysAndHeadersAsTextInKafkasConsoleConsumer() throws Exception {
        String source = ",source-topic:" + text.topic() + ",source-partition:" + text.partition() + ",source-offset:" + text.offset();
        List<String> lines = List.of(
                // requests, as they were sent
                "correlation-id:c-1,traceparent:" + TRACEPARENT + "\tplain-1",
                "request-id:plain-2 ä\tplain-2",
                // results
                "request-id:plain-1,correlation-id:c-1,traceparent:" + TRACEPARENT + "\tplain-1",
                "request-id:plain-2 ä\tplain-2 ä",
                // gallery, its answer, its vector
                "request-id:plain-3,correlation-id:c-3\tplain/a",
                "request-id:plain-3,correlation-id:c-3\tplain-3",
                "epoch:" + (edit.offset() + 1) + "\tplain/a",
                // dead-letters
                "request-id:plain-2 ä,err-no:5000,err-msg:image: begins with 68 65 6C 6C, text (expected: a JPEG or PNG file)" + source + "\tplain-2",
                // trace
                "NO_HEADERS\t" + read(Topic.TRACE).get(0).key());
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = consoleConsumer().redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            await("all lines of kafka-console-consumer").atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
                // Other tests' records have bytes that are no text.
                assertThat(new String(Files.readAllBytes(out), StandardCharsets.UTF_8).lines()).as(Files.readString(err)).containsAll(lines);
            });
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Kafka's own tool on all topics, as kafka-console-consumer.sh starts it: headers, a tab, the key. */
    private static ProcessBuilder consoleConsumer() {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), ConsoleConsumer.class.getName(),
                "--bootstrap-server", product.bootstrapServers(), "--include", "sightline\\..*", "--from-beginning",
                "--formatter-property", "print.headers=true", "--formatter-property", "print.key=true", "--formatter-property", "print.value=false",
                "--command-property", "max.partition.fetch.bytes=20000000");
    }

    @Test
    void shouldKeyEachResultByItsRequestId() {
        AvroCodec<RecognitionResult> codec = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
        assertThat(read(Topic.RESULTS)).hasSizeGreaterThanOrEqualTo(3).allSatisfy(record -> {
            RecognitionResult result = codec.decode(record.value());
            assertThat(record.key()).isEqualTo(result.getRequestId());
            assertThat(text(record, "request-id")).isEqualTo(result.getRequestId());
            assertThat(names(record)).isSubsetOf("request-id", "correlation-id", "traceparent");
        });
    }

    @Test
    void shouldSayInHeadersWhatADeadLetterIsOf() {
        // beside dead letters the topic has marks of those that were sent again, without a value
        assertThat(read(Topic.DEAD_LETTERS)).filteredOn(record -> record.headers().lastHeader(RecordHeaders.RETRIED_LETTER) == null).isNotEmpty().allSatisfy(record -> {
            assertThat(text(record, "err-no")).matches("5000|6000|8000|9000|10000");
            assertThat(text(record, "err-msg")).isNotEmpty();
            assertThat(text(record, "source-topic")).isIn("sightline.requests", "sightline.gallery");
            assertThat(text(record, "source-partition")).matches("[0-3]");
            assertThat(text(record, "source-offset")).matches("\\d+");
        });
    }

    @Test
    void shouldKeyEachVectorByGalleryAndIdAndHaveItsEpochInAHeader() {
        AvroCodec<GalleryVector> codec = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
        assertThat(read(Topic.GALLERY_VECTORS)).isNotEmpty().allSatisfy(record -> {
            assertThat(names(record)).containsExactly("epoch");
            GalleryVector vector = codec.decode(record.value());
            if (vector == null) {
                assertThat(record.key()).contains("/");
                assertThat(text(record, "epoch")).matches("\\d+");
            } else {
                assertThat(record.key()).isEqualTo(vector.getGallery() + "/" + vector.getId());
                assertThat(text(record, "epoch")).isEqualTo(Long.toString(vector.getEpoch()));
            }
        });
    }

    @Test
    void shouldKeyEachTracerWindowByInstanceStageAndStart() {
        AvroCodec<TracerWindow> codec = new AvroCodec<>(TracerWindow.class, EmbeddedRegistry.INSTANCE);
        assertThat(read(Topic.TRACE)).isNotEmpty().allSatisfy(record -> {
            TracerWindow window = codec.decode(record.value());
            assertThat(record.key()).isEqualTo(window.getInstance() + "/" + window.getStage() + "/" + window.getWindowStartMs().toEpochMilli());
            assertThat(names(record)).isEmpty();
        });
    }

    private static String text(ConsumerRecord<String, byte[]> record, String header) {
        return RecordHeaders.text(record.headers(), header).orElse(null);
    }

    private static List<String> names(ConsumerRecord<String, byte[]> record) {
        return Stream.of(record.headers().toArray()).map(Header::key).toList();
    }

    /** All that is on the topic now, its keys by Kafka's own deserializer of texts. */
    private static List<ConsumerRecord<String, byte[]>> read(Topic topic) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", product.bootstrapServers(), "max.partition.fetch.bytes", 20 << 20),
                new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(product.worker().topics().name(topic)).stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            await(topic + " read").atMost(Duration.ofSeconds(90)).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition));
            });
            return records;
        }
    }
}
