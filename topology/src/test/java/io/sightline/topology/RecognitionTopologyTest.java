package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.processors.streams.EncodedResult;
import io.sightline.processors.streams.RunFailedException;
import io.sightline.processors.streams.RunSource;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroSerde;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.failure.FailureRecords;
import io.sightline.topology.support.ControlledEngine;
import io.sightline.topology.support.ControlledRun;
import io.sightline.topology.support.Results;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecognitionTopologyTest {
    private static final Topics TOPICS = new Topics("t.");
    private static final String[] STAGES = {"decode", "detect", "embed", "lookup"};

    private Consumer<ControlledRun<RecognitionOutcome>> recognise = run -> run.complete(Results.echo(run.input()));
    private Consumer<ControlledRun<GalleryOutcome>> edit = run -> run.complete(Results.searchable("shoes", "7", 42));
    private final ControlledEngine<RecognitionOutcome> recognition = new ControlledEngine<>(run -> recognise.accept(run), STAGES);
    private final ControlledEngine<GalleryOutcome> gallery = new ControlledEngine<>(run -> edit.accept(run), "decode", "embed");
    private final Topology topology = RecognitionTopology.build(TOPICS, EmbeddedRegistry.INSTANCE, recognition, gallery);

    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> requests;
    private TestInputTopic<byte[], byte[]> edits;
    private TestOutputTopic<String, RecognitionResult> results;
    private TestOutputTopic<byte[], byte[]> deadLetters;
    private TestOutputTopic<String, GalleryVector> vectors;

    @BeforeEach
    void start() {
        drive(topology);
    }

    private void drive(Topology driven) {
        Properties properties = StreamsProperties.of(StreamsSettings.of("unused:1", WorkerSettings.DEFAULT), new FailureRecords(TOPICS, EmbeddedRegistry.INSTANCE));
        driver = new TopologyTestDriver(driven, properties);
        requests = driver.createInputTopic(TOPICS.name(Topic.REQUESTS), new ByteArraySerializer(), new ByteArraySerializer());
        edits = driver.createInputTopic(TOPICS.name(Topic.GALLERY), new ByteArraySerializer(), new ByteArraySerializer());
        results = driver.createOutputTopic(TOPICS.name(Topic.RESULTS), new StringDeserializer(),
                new AvroSerde<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE).deserializer());
        deadLetters = driver.createOutputTopic(TOPICS.name(Topic.DEAD_LETTERS), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        vectors = driver.createOutputTopic(TOPICS.name(Topic.GALLERY_VECTORS), new StringDeserializer(),
                new AvroSerde<>(GalleryVector.class, EmbeddedRegistry.INSTANCE).deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static TestRecord<byte[], byte[]> request(String key, String value, String... headers) {
        TestRecord<byte[], byte[]> record = new TestRecord<>(key == null ? null : bytes(key), value == null ? null : bytes(value));
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], bytes(headers[i + 1]));
        }
        return record;
    }

    private static String header(TestRecord<?, ?> record, String name) {
        return RecordHeaders.text(record.headers(), name).orElse(null);
    }

    @Test
    void shouldReadAsWhatItDoesWhenDescribed() {
        String description = topology.describe().toString();

        assertThat(topology.describe().subtopologies()).hasSize(2);
        assertThat(description).containsSubsequence("Source: requests", "--> start", "Processor: start", "--> decode", "Processor: decode",
                "detect", "Processor: detect", "embed", "Processor: embed", "lookup", "Processor: lookup", "--> publish", "Processor: publish",
                "--> dead-letters, results");
        assertThat(description).contains("Source: gallery", "Processor: gallery.embed", "Sink: gallery-vectors", "Sink: gallery.dead-letters", "Sink: gallery.results");
    }

    @Test
    void shouldPublishTheResultUnderTheRequestIdWhenRecognised() {
        requests.pipeInput(request("r1", "photo", RecordHeaders.CORRELATION_ID, "c9", RecordHeaders.TRACEPARENT, "00-ab", "other", "x"));

        TestRecord<String, RecognitionResult> result = results.readRecord();
        assertThat(result.key()).isEqualTo("r1");
        assertThat(result.value().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(header(result, RecordHeaders.REQUEST_ID)).isEqualTo("r1");
        assertThat(header(result, RecordHeaders.CORRELATION_ID)).isEqualTo("c9");
        assertThat(header(result, RecordHeaders.TRACEPARENT)).isEqualTo("00-ab");
        assertThat(header(result, "other")).isNull();
        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(recognition.runs()).hasSize(1).allMatch(ControlledRun::isClosed);
    }

    @Test
    void shouldHandTheRecordAsItIsToTheEngine() {
        requests.pipeInput(request("a", "1"));
        requests.pipeInput(request("b", "2", "h", "v"));

        assertThat(recognition.runs().get(1).input()).satisfies(input -> {
            assertThat(input.topic()).isEqualTo("t.requests");
            assertThat(input.offset()).isEqualTo(1);
            assertThat(input.key()).isEqualTo(bytes("b"));
            assertThat(input.value()).isEqualTo(bytes("2"));
            assertThat(RecordHeaders.text(input.headers(), "h")).contains("v");
        });
    }

    @Test
    void shouldPublishResultAndDeadLetterWhenAStageRejects() {
        recognise = run -> run.reject("decode", Results.rejected(run.input(), "r2", ErrorCode.BAD_INPUT, "image: 3 bytes (expected: a JPEG or PNG file)"));

        requests.pipeInput(request("r2", "bad", "h", "v", RecordHeaders.ERR_NO, "1"));

        RecognitionResult result = results.readValue();
        assertThat(result.getErrNo()).isEqualTo(5000);
        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.key()).isEqualTo(bytes("r2"));
        assertThat(dead.value()).isEqualTo(bytes("bad"));
        assertThat(header(dead, "h")).isEqualTo("v");
        assertThat(header(dead, RecordHeaders.ERR_NO)).isEqualTo("5000");
        assertThat(header(dead, RecordHeaders.ERR_MSG)).isEqualTo("image: 3 bytes (expected: a JPEG or PNG file)");
        assertThat(header(dead, RecordHeaders.SOURCE_TOPIC)).isEqualTo("t.requests");
        assertThat(header(dead, RecordHeaders.SOURCE_PARTITION)).isEqualTo("0");
        assertThat(header(dead, RecordHeaders.SOURCE_OFFSET)).isEqualTo("0");
    }

    @Test
    void shouldDeadLetterNullKeyAndValueAsTheyAre() {
        recognise = run -> run.reject("decode", Results.rejected(run.input(), "t.requests-0@0", ErrorCode.BAD_INPUT, "value: null"));

        requests.pipeInput(request(null, null));

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.key()).isNull();
        assertThat(dead.value()).isNull();
        assertThat(results.readKeyValue().key).isEqualTo("t.requests-0@0");
    }

    @Test
    void shouldLeaveOutTheOriginalWhenItIsTooLargeForTheDeadLettersTopic() {
        recognise = run -> run.reject("decode", Results.rejected(run.input(), "r", ErrorCode.BAD_INPUT, "too large"));

        requests.pipeInput(new TestRecord<>(bytes("r"), new byte[DeadLetterRecord.MAX_BYTES]));

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.value()).isNull();
        assertThat(header(dead, RecordHeaders.ERR_MSG)).startsWith("too large (original of 17891329 bytes left out, expected: at most 17825792");
        assertThat(header(dead, RecordHeaders.SOURCE_OFFSET)).isEqualTo("0");
    }

    @Test
    void shouldKeepTheOriginalWhenItIsTheLargestTheRequestsTopicTakes() {
        recognise = run -> run.reject("decode", Results.rejected(run.input(), "r", ErrorCode.BAD_INPUT, "m".repeat(5000)));

        requests.pipeInput(new TestRecord<>(bytes("r"), new byte[Topics.MAX_MESSAGE_BYTES - 100]));

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.value()).hasSize(Topics.MAX_MESSAGE_BYTES - 100);
        assertThat(header(dead, RecordHeaders.ERR_MSG)).hasSize(1001).endsWith("…");
    }

    @Test
    void shouldReplaceAResultThatIsTooLargeByASmallOne() {
        recognise = run -> run.complete(Results.ofBytes("r", EncodedResult.MAX_BYTES));

        requests.pipeInput(request("r", "photo"));

        RecognitionResult result = results.readValue();
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(result.getErrNo()).isEqualTo(ErrorCode.RPC_PACKAGE.number());
        assertThat(result.getErrMsg()).matches("result: 1000\\d+ bytes \\(expected: at most 1000000; a smaller top_k makes it smaller\\)");
        assertThat(result.getLineage().getBuild()).isEqualTo("test");
        assertThat(deadLetters.readRecord().value()).isEqualTo(bytes("photo"));
        assertThat(results.isEmpty()).isTrue();
    }

    @Test
    void shouldAnswerAndGoOnWhenAProcessorFailsOnOneRecord() {
        // given: an outcome without a result is nothing any engine should give
        recognise = run -> run.complete(new RecognitionOutcome(null, Optional.empty()));
        requests.pipeInput(request("r1", "photo", RecordHeaders.CORRELATION_ID, "c1"));
        recognise = run -> run.complete(Results.echo(run.input()));
        requests.pipeInput(request("r2", "photo"));

        TestRecord<String, RecognitionResult> failed = results.readRecord();
        assertThat(failed.key()).isEqualTo("r1");
        assertThat(failed.value().getErrNo()).isEqualTo(10000);
        assertThat(failed.value().getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(failed.value().getErrMsg()).contains("unexpected failure in publish");
        assertThat(failed.value().getLineage().getInputOffset()).isZero();
        assertThat(header(failed, RecordHeaders.CORRELATION_ID)).isEqualTo("c1");
        assertThat(header(deadLetters.readRecord(), RecordHeaders.ERR_NO)).isEqualTo("10000");
        assertThat(results.readRecord().key()).isEqualTo("r2");
        assertThat(recognition.runs()).hasSize(2).allMatch(ControlledRun::isClosed);
    }

    @Test
    void shouldStopTheThreadWhenTheServiceIsBroken() {
        recognise = run -> run.fail(new IllegalStateException("lane closed"));

        assertThatThrownBy(() -> requests.pipeInput(request("r1", "photo")))
                .isInstanceOf(StreamsException.class).hasRootCauseMessage("lane closed").hasStackTraceContaining(RunFailedException.class.getName());

        assertThat(results.isEmpty()).isTrue();
        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(recognition.runs()).hasSize(1).allMatch(ControlledRun::isClosed);
    }

    @Test
    void shouldStopTheThreadWhenTheEngineCannotStart() {
        recognition.breakWith(new IllegalStateException("engine closed"));

        assertThatThrownBy(() -> requests.pipeInput(request("r1", "photo"))).hasRootCauseMessage("engine closed");

        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void shouldUseTheRunStartedAheadWhenThereIsOne() {
        driver.close();
        List<String> asked = new ArrayList<>();
        RunSource<RecognitionOutcome> ahead = (topic, partition, offset) -> {
            asked.add(topic + "-" + partition + "@" + offset);
            ControlledRun<RecognitionOutcome> run = new ControlledRun<>(null, List.of(STAGES));
            run.complete(Results.recognised("ahead"));
            return offset == 0 ? Optional.<RecordRun<RecognitionOutcome>>of(new WithInput(run)) : Optional.empty();
        };
        drive(RecognitionTopology.build(TOPICS, EmbeddedRegistry.INSTANCE, recognition, ahead, gallery, RunSource.none()));

        requests.pipeInput(request("r1", "photo"));
        requests.pipeInput(request("r2", "photo"));

        assertThat(asked).containsExactly("t.requests-0@0", "t.requests-0@1");
        assertThat(results.readKeyValuesToList()).extracting(pair -> pair.key).containsExactly("ahead", "r2");
        assertThat(recognition.runs()).hasSize(1);
    }

    @Test
    void shouldPublishAVectorWithItsEpochWhenAnEditIsSearchable() {
        edits.pipeInput(request("shoes/7", "entry"));

        TestRecord<String, GalleryVector> vector = vectors.readRecord();
        assertThat(vector.key()).isEqualTo("shoes/7");
        assertThat(vector.value().getEpoch()).isEqualTo(42);
        assertThat(header(vector, RecordHeaders.EPOCH)).isEqualTo("42");
    }

    @Test
    void shouldPublishATombstoneWhenAnEditRemoves() {
        edit = run -> run.complete(new GalleryOutcome.Searchable("shoes/7", Optional.empty(), 43));

        edits.pipeInput(request("shoes/7", null));

        TestRecord<String, GalleryVector> vector = vectors.readRecord();
        assertThat(vector.value()).isNull();
        assertThat(header(vector, RecordHeaders.EPOCH)).isEqualTo("43");
    }

    @Test
    void shouldDeadLetterAnEditThatIsRefused() {
        edit = run -> run.reject("decode", new GalleryOutcome.Refused(new DeadLetter(run.input(), ErrorCode.BAD_INPUT, "key: 'x' (expected: gallery/id)")));

        edits.pipeInput(request("x", "entry"));

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.value()).isEqualTo(bytes("entry"));
        assertThat(header(dead, RecordHeaders.SOURCE_TOPIC)).isEqualTo("t.gallery");
        assertThat(vectors.isEmpty()).isTrue();
    }

    @Test
    void shouldDeadLetterWithoutAResultWhenAProcessorFailsOnAnEdit() {
        edit = run -> run.complete(new GalleryOutcome.Searchable(null, Optional.empty(), 43));

        edits.pipeInput(request("shoes/7", "entry"));

        assertThat(header(deadLetters.readRecord(), RecordHeaders.ERR_NO)).isEqualTo("10000");
        assertThat(results.isEmpty()).isTrue();
    }

    @Test
    void shouldAnswerAnEditWithItsEpochWhenItsSenderWaits() {
        edits.pipeInput(request("shoes/7", "entry", RecordHeaders.REQUEST_ID, "e1", RecordHeaders.CORRELATION_ID, "c1"));

        TestRecord<String, RecognitionResult> answer = results.readRecord();
        assertThat(answer.key()).isEqualTo("e1");
        assertThat(header(answer, RecordHeaders.CORRELATION_ID)).isEqualTo("c1");
        assertThat(header(answer, RecordHeaders.REQUEST_ID)).isEqualTo("e1");
        assertThat(answer.value().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(answer.value().getDetections()).isEmpty();
        assertThat(answer.value().getLineage()).satisfies(lineage -> {
            assertThat(lineage.getGallery()).isEqualTo("shoes");
            assertThat(lineage.getGalleryEpoch()).isEqualTo(42);
            assertThat(lineage.getGalleries()).containsOnly(java.util.Map.entry("shoes", 42L));
            assertThat(lineage.getInputTopic()).isEqualTo("t.gallery");
            assertThat(lineage.getInputOffset()).isZero();
        });
        assertThat(vectors.getQueueSize()).isEqualTo(1);
        assertThat(results.isEmpty()).isTrue();
    }

    @Test
    void shouldAnswerARemovalWhenItsSenderWaits() {
        edit = run -> run.complete(new GalleryOutcome.Searchable("shoes/7", Optional.empty(), 43));

        edits.pipeInput(request("shoes/7", null, RecordHeaders.REQUEST_ID, "e1", RecordHeaders.CORRELATION_ID, "c1"));

        assertThat(results.readValue().getLineage().getGalleryEpoch()).isEqualTo(43);
    }

    @Test
    void shouldAnswerARefusedEditWithTheReasonOfItsDeadLetter() {
        edit = run -> run.reject("decode", new GalleryOutcome.Refused(new DeadLetter(run.input(), ErrorCode.BAD_INPUT, "image: 5 bytes (expected: a JPEG or PNG file)")));

        edits.pipeInput(request("shoes/7", "entry", RecordHeaders.REQUEST_ID, "e1", RecordHeaders.CORRELATION_ID, "c1"));
        edit = run -> run.reject("decode", new GalleryOutcome.Refused(new DeadLetter(run.input(), ErrorCode.TIMEOUT, "pixels: no room")));
        edits.pipeInput(request("no key", "entry", RecordHeaders.REQUEST_ID, "e2", RecordHeaders.CORRELATION_ID, "c2"));

        RecognitionResult rejected = results.readValue();
        assertThat(rejected.getStatus()).isEqualTo(RecognitionStatus.REJECTED);
        assertThat(rejected.getErrNo()).isEqualTo(5000);
        assertThat(rejected.getErrMsg()).isEqualTo("image: 5 bytes (expected: a JPEG or PNG file)");
        assertThat(rejected.getLineage().getGallery()).isEqualTo("shoes");
        assertThat(rejected.getLineage().getGalleryEpoch()).isNull();
        RecognitionResult failed = results.readValue();
        assertThat(failed.getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(failed.getErrNo()).isEqualTo(6000);
        assertThat(failed.getLineage().getGallery()).isNull();
        assertThat(deadLetters.readRecordsToList()).hasSize(2);
    }

    @Test
    void shouldNotAnswerAnEditWhenNobodyCanWaitForIt() {
        edits.pipeInput(request("shoes/7", "entry"));
        edits.pipeInput(request("shoes/7", "entry", RecordHeaders.REQUEST_ID, "e1"));
        edits.pipeInput(request("shoes/7", "entry", RecordHeaders.CORRELATION_ID, "c1"));
        edits.pipeInput(request("shoes/7", "entry", RecordHeaders.CORRELATION_ID, "c1", RecordHeaders.REQUEST_ID, "x".repeat(201)));

        assertThat(results.isEmpty()).isTrue();
        assertThat(vectors.getQueueSize()).isEqualTo(4);
    }

    @Test
    void shouldAnswerAnEditWhenAProcessorFailsOnIt() {
        edit = run -> run.complete(new GalleryOutcome.Searchable(null, Optional.empty(), 43));

        edits.pipeInput(request("shoes/7", "entry", RecordHeaders.REQUEST_ID, "e1", RecordHeaders.CORRELATION_ID, "c1"));

        TestRecord<String, RecognitionResult> answer = results.readRecord();
        assertThat(answer.key()).isEqualTo("e1");
        assertThat(header(answer, RecordHeaders.CORRELATION_ID)).isEqualTo("c1");
        assertThat(answer.value().getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(answer.value().getErrNo()).isEqualTo(10000);
        assertThat(header(deadLetters.readRecord(), RecordHeaders.ERR_NO)).isEqualTo("10000");
    }

    @Test
    void shouldSkipStagesBehindTheOneThatRejected() {
        List<String> awaited = new ArrayList<>();
        RunSource<RecognitionOutcome> ahead = (topic, partition, offset) -> {
            ControlledRun<RecognitionOutcome> run = new ControlledRun<>(null, List.of(STAGES));
            run.reject("detect", Results.recognised("r"));
            return Optional.of(new WithInput(run) {
                @Override
                public boolean await(String stage) {
                    awaited.add(stage);
                    return super.await(stage);
                }
            });
        };
        driver.close();
        drive(RecognitionTopology.build(TOPICS, EmbeddedRegistry.INSTANCE, recognition, ahead, gallery, RunSource.none()));

        requests.pipeInput(request("r", "photo"));

        assertThat(awaited).containsExactly("decode", "detect");
        assertThat(results.readKeyValuesToList()).hasSize(1);
    }

    @Test
    void shouldStampWhatIsPublishedWithTheTimeOfPublishingSoThatRetentionCountsFromThere() {
        requests.pipeInput(new TestRecord<>(bytes("r"), bytes("photo"), new org.apache.kafka.common.header.internals.RecordHeaders(), 0L));

        assertThat(results.readRecord().timestamp()).isGreaterThan(1_700_000_000_000L);
    }

    @Test
    void shouldNeedNoTopicsOfKafkaStreamsOwn() {
        assertThat(topology.describe().toString()).doesNotContain("repartition", "changelog");
    }

    /** A run with an input, whatever the run inside has. */
    private static class WithInput implements RecordRun<RecognitionOutcome> {
        private final ControlledRun<RecognitionOutcome> run;

        WithInput(ControlledRun<RecognitionOutcome> run) {
            this.run = run;
        }

        @Override
        public io.sightline.processors.recognition.InputRecord input() {
            return new io.sightline.processors.recognition.InputRecord("t.requests", 0, 0, 0, null, null,
                    new org.apache.kafka.common.header.internals.RecordHeaders());
        }

        @Override
        public boolean await(String stage) {
            return run.await(stage);
        }

        @Override
        public java.util.concurrent.CompletableFuture<RecognitionOutcome> outcome() {
            return run.outcome();
        }

        @Override
        public void close() {
            run.close();
        }
    }
}
