package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.of;
import static io.sightline.processors.recognition.TestRecords.request;
import static io.sightline.processors.recognition.TestRecords.utf8;
import static io.sightline.processors.recognition.TestRecords.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes on the requests topic gets a result that says what was wrong, a dead letter, and harms nobody else. */
@Timeout(240)
class BadRequestTest {
    private static final String PICTURE = "100x80 10,20,50,60,0.9,bottle";
    private static final String PLACE = "sightline.requests-3@41";
    private static TestStages stages;
    private static RecognitionEngine engine;

    @BeforeAll
    static void start() {
        stages = new TestStages();
        engine = stages.engine();
    }

    @AfterAll
    static void stop() {
        stages.close();
    }

    static List<Arguments> badRequests() {
        return List.of(
                // values
                arguments("null value", keyed("k", null), "k", "value: null (expected: a JPEG or PNG file, or an Avro RecognitionRequest)"),
                arguments("null value and key", of(null, null), PLACE, "value: null"),
                arguments("no bytes", keyed("k", new byte[0]), "k", "value: 0 bytes"),
                arguments("not an image", keyed("k", utf8("hello")), "k", "image: begins with 'hello' (expected: a picture)"),
                arguments("only the magic byte", keyed("k", new byte[] {0}), "k", "value: 1 bytes beginning with 0 (expected: Avro RecognitionRequest"),
                arguments("a cut schema id", keyed("k", new byte[] {0, 0, 0, 0}), "k", "value: 4 bytes beginning with 0"),
                arguments("schema id 0", keyed("k", new byte[] {0, 0, 0, 0, 0, 1}), "k", "schema id: 0 (expected: 1..7"),
                arguments("a negative schema id", keyed("k", new byte[] {0, -1, -1, -1, -1, 1}), "k", "schema id: -1 (expected: 1..7"),
                arguments("an unknown schema id", keyed("k", new byte[] {0, 0, 0, 0x12, 0x34, 1}), "k", "schema id: 4660 (expected: 1..7"),
                arguments("no record behind the schema id", keyed("k", new byte[] {0, 0, 0, 0, 1}), "k", "not a readable Avro RecognitionRequest"),
                arguments("another record", keyed("k", TestRecords.entry(GalleryEntry.newBuilder().setGallery("g").setId("i").setLabel("l"))), "k",
                        "value: a GalleryEntry (expected: a RecognitionRequest)"),
                arguments("half a record", keyed("k", half(request(request(PICTURE)))), "k", "not a readable Avro RecognitionRequest"),
                arguments("bytes behind the record", keyed("k", longer(request(request(PICTURE)))), "k", "bytes left over behind the RecognitionRequest"),
                arguments("JSON with a zero before it", keyed("k", utf8("\0\0\0\0\1{\"image\":\"\"}")), "k", "not a readable Avro RecognitionRequest"),
                // images
                arguments("an empty image", keyed("k", request(request(PICTURE).setImage(ByteBuffer.allocate(0)))), "r1", "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("a byte too many", keyed("k", request(request(PICTURE).setImage(ByteBuffer.allocate((16 << 20) + 1)))), "r1",
                        "image: 16777217 bytes (expected: at most 16777216)"),
                arguments("a bare image with a byte too many", keyed("k", tooLarge()), "k", "image: 16777217 bytes (expected: at most 16777216)"),
                arguments("no picture in Avro", keyed("k", request(request(PICTURE).setImage(ByteBuffer.wrap(utf8("GIF89a"))))), "r1", "image: begins with 'GIF89a'"),
                // what is asked
                arguments("top_k 0", keyed("k", request(request(PICTURE).setTopK(0))), "r1", "top_k: 0 (expected: 1..100)"),
                arguments("top_k -1", keyed("k", request(request(PICTURE).setTopK(-1))), "r1", "top_k: -1 (expected: 1..100)"),
                arguments("top_k one over", keyed("k", request(request(PICTURE).setTopK(101))), "r1", "top_k: 101 (expected: 1..100)"),
                arguments("top_k a million", keyed("k", request(request(PICTURE).setTopK(1_000_000))), "r1", "top_k: 1000000 (expected: 1..100)"),
                arguments("threshold NaN", keyed("k", request(request(PICTURE).setScoreThreshold(Double.NaN))), "r1", "score_threshold: NaN (expected: -1..1)"),
                arguments("threshold over 1", keyed("k", request(request(PICTURE).setScoreThreshold(1.0001))), "r1", "score_threshold: 1.0001 (expected: -1..1)"),
                arguments("threshold infinite", keyed("k", request(request(PICTURE).setScoreThreshold(Double.NEGATIVE_INFINITY))), "r1",
                        "score_threshold: -Infinity (expected: -1..1)"),
                arguments("unknown pipeline", keyed("k", request(request(PICTURE).setPipeline("x"))), "r1", "pipeline: 'x' (expected: one of recognition)"),
                arguments("empty pipeline", keyed("k", request(request(PICTURE).setPipeline(""))), "r1", "pipeline: '' (expected: 1 to 100 of"),
                arguments("a path as pipeline", keyed("k", request(request(PICTURE).setPipeline("../etc"))), "r1", "pipeline: '../etc' (expected: 1 to 100 of"),
                arguments("unknown gallery", keyed("k", request(request(PICTURE).setGallery("nowhere"))), "r1", "gallery: 'nowhere' (expected: one of default)"),
                arguments("a gallery's name too long", keyed("k", request(request(PICTURE).setGallery("g".repeat(101)))), "r1", "gallery: 'gggg"),
                arguments("attributes too long", keyed("k", request(request(PICTURE).setAttributes(Map.of("a", "x".repeat(16 * 1024))))), "r1",
                        "attributes: 16385 characters (expected: at most 16384"),
                // ids
                arguments("an id too long", keyed("k", request(request(PICTURE).setRequestId("i".repeat(201)))), "k", "201 characters (expected: 1..200"),
                arguments("an id with a line break", keyed("k", request(request(PICTURE).setRequestId("a\nb"))), "k", "request_id: 'a?b'"),
                arguments("a blank id", keyed("k", request(request(PICTURE).setRequestId("  "))), "k", "request_id: '  ', 2 characters (expected: 1..200"),
                arguments("a bad id and no key", of(null, request(request(PICTURE).setRequestId("\t"))), PLACE, "request_id: '?'"),
                arguments("a key too long", keyed("k".repeat(201), TestPicture.file(PICTURE)), PLACE, "key: 'kkk"),
                arguments("a binary key too long", of(new byte[101], TestPicture.file(PICTURE)), PLACE, "key: '000"),
                arguments("a header too long", withHeader(keyed("k", TestPicture.file(PICTURE)), "request-id", utf8("h".repeat(201))), PLACE, "header request-id: 'hhh"),
                arguments("an empty header", withHeader(keyed("k", TestPicture.file(PICTURE)), "request-id", new byte[0]), PLACE, "header request-id: '', 0 characters"),
                arguments("a header that is no text", withHeader(keyed("k", TestPicture.file(PICTURE)), "request-id", new byte[] {(byte) 0xff}), PLACE,
                        "header request-id: 1 bytes that are not UTF-8 (expected: UTF-8 text)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void shouldAnswerWithErrorAndDeadLetterWhenTheRequestIsAtFault(String what, InputRecord record, String expectedId, String expectedMessage) throws Exception {
        // when
        RecordRun<RecognitionOutcome> run = engine.start(record);
        RecognitionOutcome outcome = run.outcome().get();
        // then
        RecognitionResult result = outcome.result();
        assertThat(result.getErrMsg()).contains(expectedMessage);
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.REJECTED);
        assertThat(result.getErrNo()).isEqualTo(5000);
        assertThat(result.getRequestId()).isEqualTo(expectedId);
        assertThat(result.getDetections()).isEmpty();
        assertThat(result.getLineage().getInputTopic()).isEqualTo("sightline.requests");
        assertThat(result.getLineage().getInputPartition()).isEqualTo(3);
        assertThat(result.getLineage().getInputOffset()).isEqualTo(41);
        assertThat(outcome.deadLetter()).hasValueSatisfying(letter -> {
            assertThat(letter.input()).isSameAs(record);
            assertThat(letter.code().number()).isEqualTo(5000);
            assertThat(letter.message()).isEqualTo(result.getErrMsg());
        });
        assertThat(run.await("decode")).isFalse();
        assertThat(run.await("lookup")).isFalse();
        assertThat(run.input()).isSameAs(record);
        // and the next one is fine
        assertThat(engine.start(keyed("next", TestPicture.file(PICTURE))).outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, Integer.MAX_VALUE, Integer.MAX_VALUE - 8L, 1L << 62, -1, Long.MIN_VALUE})
    void shouldTakeNoMemoryForALengthThatIsForged(long length) throws Exception {
        // given a record of 20 bytes whose image claims to be gigabytes
        InputRecord record = keyed("k", forged(length));
        // when, then
        assertThat(engine.start(record).outcome().get().result().getErrMsg()).contains("not a readable Avro RecognitionRequest");
        assertThat(stages.stages().healthy()).isTrue();
    }

    @Test
    void shouldAnswerWhateverRandomBytesCome() throws Exception {
        // given requests of which some bytes were changed
        Random random = new Random(42);
        byte[] good = request(request(PICTURE).setTopK(3).setGallery("default").setAttributes(Map.of("a", "b")));
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            // when
            RecognitionOutcome outcome = engine.start(keyed("k", bytes)).outcome().get();
            // then
            assertThat(outcome.deadLetter().isPresent()).isEqualTo(outcome.result().getStatus() != RecognitionStatus.RECOGNISED);
            assertThat(outcome.result().getRequestId()).isNotEmpty();
        }
        assertThat(stages.stages().healthy()).isTrue();
    }

    @Test
    void shouldAnswerWithTimeoutWhenTheDeadlineHasPassed() throws Exception {
        // given a deadline one millisecond ago, and one that is now
        Instant now = TestStages.START;
        // when
        RecognitionOutcome late = engine.start(keyed("k", request(request(PICTURE).setDeadlineMs(now.minusMillis(1))))).outcome().get();
        RecognitionOutcome just = engine.start(keyed("k", request(request(PICTURE).setDeadlineMs(now)))).outcome().get();
        // then
        assertThat(late.result().getErrNo()).isEqualTo(6000);
        assertThat(late.result().getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(late.result().getErrMsg()).startsWith("deadline_ms: " + (now.toEpochMilli() - 1) + ", passed 1 ms ago");
        assertThat(late.deadLetter()).isPresent();
        assertThat(just.result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    @Test
    void shouldKeepTheAttributesOfARejectedRequest() throws Exception {
        RecognitionRequest.Builder request = request(PICTURE).setTopK(0).setAttributes(Map.of("shelf", "7"));
        assertThat(engine.start(keyed("k", request(request))).outcome().get().result().getAttributes()).isEqualTo(Map.of("shelf", "7"));
    }

    private static byte[] forged(long length) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(new byte[] {0, 0, 0, 0, 1});
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            encoder.writeString("id");
            encoder.writeLong(length);
            encoder.writeFixed(new byte[10]);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] half(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
    }

    private static byte[] longer(byte[] whole) {
        return Arrays.copyOf(whole, whole.length + 1);
    }

    private static byte[] tooLarge() {
        byte[] bytes = new byte[(16 << 20) + 1];
        bytes[0] = (byte) 0xff;
        return bytes;
    }
}
