package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.entry;
import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.of;
import static io.sightline.processors.recognition.TestRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes on the gallery topic is searchable or refused with the reason; the gallery and the neighbours stay as they are. */
@Timeout(240)
class BadGalleryEditTest {
    private static final List<Float> VECTOR = List.of(1f, 2f, 3f, 4f);
    private static TestStages stages;
    private static GalleryEngine engine;

    @BeforeAll
    static void start() {
        stages = new TestStages();
        engine = stages.galleryEngine();
    }

    @AfterAll
    static void stop() {
        stages.close();
        assertThat(stages.pictures).allSatisfy(picture -> assertThat(picture.closed).as(picture.text).hasValue(1));
    }

    static List<Arguments> badEdits() {
        return List.of(
                // keys
                arguments("no key", of(null, TestPicture.file("9x9")), "key: null (expected: gallery/id)"),
                arguments("an empty key", keyed("", TestPicture.file("9x9")), "key: '' (expected: gallery/id)"),
                arguments("a key without a slash", keyed("g", TestPicture.file("9x9")), "key: 'g' (expected: gallery/id)"),
                arguments("no gallery", keyed("/id", TestPicture.file("9x9")), "gallery: '' (expected: 1 to 100 of"),
                arguments("no id", keyed("g/", TestPicture.file("9x9")), "id: '', 0 characters (expected: 1..200"),
                arguments("a gallery's name with a blank", keyed("my gallery/id", TestPicture.file("9x9")), "gallery: 'my gallery' (expected: 1 to 100 of"),
                arguments("an id too long", keyed("g/" + "i".repeat(201), TestPicture.file("9x9")), "201 characters (expected: 1..200"),
                arguments("an id with a control character", keyed("g/a\u0007", TestPicture.file("9x9")), "id: 'a?'"),
                arguments("a key that is no text", of(new byte[] {'g', '/', (byte) 0xc3}, TestPicture.file("9x9")), "key: 3 bytes that are not UTF-8 (expected: gallery/id)"),
                arguments("a removal without a slash", keyed("g", null), "key: 'g' (expected: gallery/id)"),
                // values
                arguments("no bytes", keyed("g/a", new byte[0]), "value: 0 bytes (expected: a JPEG or PNG file, an Avro GalleryEntry, or null"),
                arguments("no image", keyed("g/a", utf8("hello")), "image: begins with 'hello'"),
                arguments("an unknown schema id", keyed("g/a", new byte[] {0, 0, 0, 0, 99}), "schema id: 99 (expected: 1..7"),
                arguments("another record", keyed("g/a", TestRecords.request(TestRecords.request("9x9"))), "value: a RecognitionRequest (expected: a GalleryEntry)"),
                arguments("half a record", keyed("g/a", half(entry(vector(VECTOR)))), "not a readable Avro GalleryEntry"),
                arguments("a bare image too large", keyed("g/a", tooLarge()), "image: 16777217 bytes (expected: at most 16777216)"),
                // entries
                arguments("another gallery in the record", edit(vector(VECTOR).setGallery("h")), "key: 'g/a' for the entry 'h/a' (expected: the same)"),
                arguments("another id in the record", edit(vector(VECTOR).setId("b")), "key: 'g/a' for the entry 'g/b' (expected: the same)"),
                arguments("a label one too long", edit(vector(VECTOR).setLabel("l".repeat(1001))), "label: 1001 characters (expected: at most 1000)"),
                arguments("attributes one too long", edit(vector(VECTOR).setAttributes("{\"a\":\"" + "x".repeat(16 * 1024 - 7) + "\"}")), "attributes: 16385 bytes (expected: at most 16384)"),
                arguments("attributes long in UTF-8", edit(vector(VECTOR).setAttributes("{\"a\":\"" + "ü".repeat(8189) + "\"}")), "attributes: 16386 bytes"),
                arguments("attributes that are a list", edit(vector(VECTOR).setAttributes("[1]")), "attributes: '[1]' (expected: a JSON object)"),
                arguments("attributes that are no JSON", edit(vector(VECTOR).setAttributes("{price: 2}")), "attributes: '{price: 2}' (expected: a JSON object)"),
                arguments("attributes and more", edit(vector(VECTOR).setAttributes("{} {}")), "attributes: '{} {}' (expected: a JSON object)"),
                arguments("empty attributes", edit(vector(VECTOR).setAttributes("")), "attributes: '' (expected: a JSON object)"),
                arguments("attributes nested too deep", edit(vector(VECTOR).setAttributes("{\"a\":" + "[".repeat(5000))), "attributes: nested more than 100 deep"),
                arguments("attributes with a name twice", edit(vector(VECTOR).setAttributes("{\"a\":1,\"\\u0061\":2}")), "attributes: Duplicate field 'a' (expected: each name once in an object)"),
                arguments("attributes with a name twice inside", edit(vector(VECTOR).setAttributes("{\"b\":[{\"a\":1,\"a\":1}]}")), "attributes: Duplicate field 'a'"),
                arguments("neither image nor vector", edit(entry("g", "a")), "neither image nor vector (expected: one of them)"),
                arguments("image and vector", edit(image("9x9").setVector(VECTOR)), "image and vector (expected: one of them)"),
                arguments("an empty image", edit(image("9x9").setImage(ByteBuffer.allocate(0))), "image: 0 bytes"),
                arguments("an image too large", edit(image("9x9").setImage(ByteBuffer.allocate((16 << 20) + 1))), "image: 16777217 bytes"),
                arguments("an image that is none", edit(image("9x9").setImage(ByteBuffer.wrap(utf8("BM")))), "image: begins with 'BM'"),
                // vectors
                arguments("a vector of no dimension", edit(vector(List.of())), "vector: 0 dimensions (expected: 4)"),
                arguments("a vector of one dimension more", edit(vector(List.of(1f, 2f, 3f, 4f, 5f))), "vector: 5 dimensions (expected: 4)"),
                arguments("a vector of 100,000 dimensions", edit(vector(Collections.nCopies(100_000, 1f))), "vector: 100000 dimensions (expected: 4)"),
                arguments("a zero vector", edit(vector(List.of(0f, 0f, -0f, 0f))), "vector: all zero (expected: a direction)"),
                arguments("a vector with NaN", edit(vector(List.of(0f, Float.NaN, 0f, 1f))), "vector: NaN at 1 (expected: finite numbers)"),
                arguments("an infinite vector", edit(vector(List.of(0f, 1f, 0f, Float.POSITIVE_INFINITY))), "vector: Infinity at 3 (expected: finite numbers)"),
                arguments("another model's vector", edit(vector(VECTOR).setVectorModel("clip@1#000000000000")),
                        "vector_model: 'clip@1#000000000000' (expected: 'namer@2#ba9876543210')"),
                // boxes
                arguments("a box with a vector", edit(vector(VECTOR).setBox(List.of(0, 0, 1, 1))), "box: given with a vector (expected: only with an image)"),
                arguments("a box of three numbers", edit(image("9x9").setBox(List.of(0, 0, 1))), "box: [0, 0, 1] (expected: x1, y1, x2, y2"),
                arguments("a box of very many numbers", edit(image("9x9").setBox(Collections.nCopies(9999, 7))), "box: [7, 7, 7, 7, 7, 7, 7, 7] (expected"),
                arguments("a box without width", edit(image("9x9").setBox(List.of(3, 0, 3, 5))), "box: [3, 0, 3, 5] (expected: x1, y1, x2, y2 with x1 < x2"),
                arguments("a box upside down", edit(image("9x9").setBox(List.of(0, 5, 3, 1))), "box: [0, 5, 3, 1] (expected"),
                arguments("a box a pixel too wide", edit(image("9x8").setBox(List.of(0, 0, 10, 8))), "box: [0, 0, 10, 8] (expected: inside the picture of 9 x 8 pixels)"),
                arguments("a box a pixel too high", edit(image("9x8").setBox(List.of(0, 0, 9, 9))), "box: [0, 0, 9, 9] (expected: inside the picture of 9 x 8 pixels)"),
                arguments("a box left of the picture", edit(image("9x8").setBox(List.of(-1, 0, 9, 8))), "box: [-1, 0, 9, 8] (expected: inside"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badEdits")
    void shouldRefuseAnEditThatIsAtFault(String what, InputRecord record, String expectedMessage) throws Exception {
        // when
        RecordRun<GalleryOutcome> run = engine.start(record);
        GalleryOutcome outcome = run.outcome().get();
        // then
        assertThat(outcome).isInstanceOfSatisfying(GalleryOutcome.Refused.class, refused -> {
            assertThat(refused.deadLetter().message()).contains(expectedMessage);
            assertThat(refused.deadLetter().code()).isEqualTo(ErrorCode.BAD_INPUT);
            assertThat(refused.deadLetter().input()).isSameAs(record);
        });
        assertThat(run.await("embed")).isFalse();
        // and the next one is fine
        assertThat(engine.start(edit(image("9x9"))).outcome().get()).isInstanceOf(GalleryOutcome.Searchable.class);
    }

    @Test
    void shouldRefuseAnEditThatAStageFallsOverFor() throws Exception {
        assertThat(engine.start(keyed("g/a", TestPicture.file("9x9 undetectable"))).outcome().get()).isInstanceOfSatisfying(GalleryOutcome.Refused.class, refused -> {
            assertThat(refused.deadLetter().code()).isEqualTo(ErrorCode.INFERENCE);
            assertThat(refused.deadLetter().message()).isEqualTo("detect: IllegalStateException: the detector fell over");
        });
    }

    /** A record that brings out a mistake of ours must not stop the worker again and again. */
    @Test
    void shouldRefuseAnEditThatAStepFallsOverFor() throws Exception {
        assertThat(engine.start(keyed("g/a", TestPicture.file("9x9 unviewable"))).outcome().get()).isInstanceOfSatisfying(GalleryOutcome.Refused.class, refused -> {
            assertThat(refused.deadLetter().code()).isEqualTo(ErrorCode.UNKNOWN);
            assertThat(refused.deadLetter().message()).isEqualTo("unexpected java.lang.IllegalStateException: can't be widened");
        });
    }

    @Test
    void shouldAnswerWhateverRandomBytesCome() throws Exception {
        Random random = new Random(43);
        byte[] good = entry(image("9x9 1,1,5,5,0.9,a").setBox(List.of(0, 0, 9, 9)));
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(engine.start(keyed("g/a", Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)))).outcome().get()).isNotNull();
        }
        assertThat(stages.stages().healthy()).isTrue();
    }

    private static InputRecord edit(GalleryEntry.Builder entry) {
        return keyed("g/a", entry(entry));
    }

    private static GalleryEntry.Builder vector(List<Float> vector) {
        return entry("g", "a").setVector(vector);
    }

    private static GalleryEntry.Builder image(String content) {
        return entry("g", "a").setImage(ByteBuffer.wrap(TestPicture.file(content)));
    }

    private static byte[] half(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
    }

    private static byte[] tooLarge() {
        byte[] bytes = new byte[(16 << 20) + 1];
        bytes[0] = (byte) 0xff;
        return bytes;
    }
}
