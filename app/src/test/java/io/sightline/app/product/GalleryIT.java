package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.app.product.Outputs.Result;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelOutput;
import io.sightline.schemas.Detection;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gallery is a topic: what is put there is searchable, and nothing else is. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class GalleryIT {
    private static final AvroCodec<GalleryEntry> ENTRIES = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final byte[] SCENE = Product.scene(0);
    /** For edits that are not looked for in the scene. */
    private static final byte[] PICTURE = Product.galleryPicture(0);
    private static final int DIMENSION = dimension();
    private static Product product;
    /** What is seen best in the scene, and its gallery picture. */
    private static Match seen;
    private static byte[] seenPicture;

    @BeforeAll
    static void findOutWhatIsSeenInTheScene(Product running) throws Exception {
        product = running;
        seen = best(ask(Product.GALLERY));
        seenPicture = Product.galleryPicture(Integer.parseInt(seen.getId()) - 6_000_000);
    }

    @Test
    void shouldBeSearchableAtTheEpochOfItsEditWhenAPictureIsPutOnTheTopic() throws Exception {
        // given a gallery that nobody has heard of
        assertThat(ask("edits").getErrMsg()).startsWith("gallery: 'edits' (expected: one of ");
        // when
        RecordMetadata edit = put("edits", "a", entry("edits", "a", "First label").setAttributes("{\"shelf\": 7}").build());
        // then
        Match match = best(ask("edits"));
        assertThat(match.getId()).isEqualTo("a");
        assertThat(match.getLabel()).isEqualTo("First label");
        assertThat(match.getAttributes()).isEqualTo("{\"shelf\":7}");
        assertThat(match.getScore()).isEqualTo(seen.getScore());
        assertThat(ask("edits").getLineage().getGalleryEpoch()).isEqualTo(edit.offset() + 1);
        assertThat(ask("edits").getLineage().getGallery()).isEqualTo("edits");
    }

    @Test
    void shouldHaveTheIdAsLabelWhenThePictureIsBare() throws Exception {
        send("bare", "shelf/7", seenPicture);
        assertThat(best(ask("bare")).getId()).isEqualTo("shelf/7");
        assertThat(best(ask("bare")).getLabel()).isEqualTo("shelf/7");
    }

    @Test
    void shouldReplaceTheEntryWhenItsKeyComesAgain() throws Exception {
        // given
        put("replaced", "a", entry("replaced", "a", "old").build());
        put("replaced", "b", entry("replaced", "b", "another").setImage(ByteBuffer.wrap(Product.galleryPicture(5))).build());
        // when
        RecordMetadata edit = put("replaced", "a", entry("replaced", "a", "new").build());
        // then
        RecognitionResult result = ask("replaced");
        assertThat(best(result).getLabel()).isEqualTo("new");
        assertThat(result.getDetections()).flatExtracting(Detection::getMatches).extracting(Match::getLabel).doesNotContain("old");
        assertThat(index().size("replaced")).isEqualTo(2);
        assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(edit.offset() + 1);
    }

    @Test
    void shouldForgetTheEntryWhenANullValueComes() throws Exception {
        // given
        put("removed", "a", entry("removed", "a", "a").build());
        assertThat(best(ask("removed")).getId()).isEqualTo("a");
        // when
        RecordMetadata edit = send("removed", "a", null);
        // then
        RecognitionResult result = ask("removed");
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getDetections()).flatExtracting(Detection::getMatches).isEmpty();
        assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(edit.offset() + 1);
    }

    @Test
    void shouldAnswerTheSameWhenTheWorkerIsRestarted() throws Exception {
        // given edits of all kinds
        put("restarted", "a", entry("restarted", "a", "old").build());
        put("restarted", "b", entry("restarted", "b", "gone").setImage(ByteBuffer.wrap(Product.galleryPicture(1))).build());
        put("restarted", "a", entry("restarted", "a", "new").build());
        put("restarted", "c", entry("restarted", "c", "vector").setImage(null).setVector(vector(1)).build());
        send("restarted", "b", null);
        RecognitionResult before = ask("restarted");
        RecognitionResult demoBefore = ask(Product.GALLERY);
        // when
        product.restartWorker();
        // then
        RecognitionResult after = ask("restarted");
        assertThat(after.getDetections()).isEqualTo(before.getDetections());
        assertThat(after.getLineage().getGalleryEpoch()).isEqualTo(before.getLineage().getGalleryEpoch());
        assertThat(after.getLineage().getConfigHash()).isEqualTo(before.getLineage().getConfigHash());
        assertThat(after.getLineage().getModels()).isEqualTo(before.getLineage().getModels());
        assertThat(index().size("restarted")).isEqualTo(2);
        RecognitionResult demoAfter = ask(Product.GALLERY);
        assertThat(demoAfter.getDetections()).isEqualTo(demoBefore.getDetections());
        assertThat(demoAfter.getLineage().getGalleryEpoch()).isEqualTo(demoBefore.getLineage().getGalleryEpoch());
    }

    static Stream<Arguments> badEdits() {
        byte[] good = ENTRIES.encode("x", entry("bad", "a", "label").build());
        return Stream.of(
                Arguments.of("a key without a slash", "bad", PICTURE, "key: 'bad' (expected: gallery/id)"),
                Arguments.of("a gallery's name with a blank", "my bad/a", PICTURE, "gallery: 'my bad' (expected: 1 to 100 of"),
                Arguments.of("a removal of nothing", "bad", null, "key: 'bad' (expected: gallery/id)"),
                Arguments.of("no bytes", "bad/a", new byte[0], "value: 0 bytes (expected: a JPEG or PNG file, an Avro GalleryEntry, or null to remove the entry)"),
                Arguments.of("text", "bad/a", BadFiles.text("hello"), "image: begins with 68 65 6C 6C, text (expected: a JPEG or PNG file)"),
                Arguments.of("a cut off JPEG", "bad/a", BadFiles.cut(PICTURE, 1000), "image: a JPEG cut off at byte 1000"),
                Arguments.of("a bomb", "bad/a", BadFiles.pngOfSize(30_000, 30_000), "image: 30000x30000 pixels"),
                Arguments.of("another entry's key", "bad/other", good, "key: 'bad/other' for the entry 'bad/a' (expected: the same)"),
                Arguments.of("half an entry", "bad/a", BadFiles.cut(good, good.length / 2), "value: not a readable Avro GalleryEntry"),
                Arguments.of("a request", "bad/a", BadRequest.request(r -> r), "value: a RecognitionRequest (expected: a GalleryEntry)"),
                Arguments.of("neither image nor vector", "bad/a", edit(entry("bad", "a", "l").setImage(null)), "neither image nor vector (expected: one of them)"),
                Arguments.of("a vector too short", "bad/a", edit(entry("bad", "a", "l").setImage(null).setVector(List.of(1f, 2f))), "vector: 2 dimensions (expected: "),
                Arguments.of("a vector of nothing", "bad/a", edit(entry("bad", "a", "l").setImage(null).setVector(Collections.nCopies(DIMENSION, 0f))), "vector"),
                Arguments.of("another model's vector", "bad/a", edit(entry("bad", "a", "l").setImage(null).setVector(vector(0)).setVectorModel("clip@1#0")), "vector_model: 'clip@1#0' (expected: '"),
                Arguments.of("attributes that are no object", "bad/a", edit(entry("bad", "a", "l").setAttributes("[1]")), "attributes: '[1]' (expected: a JSON object)"),
                Arguments.of("a box outside", "bad/a", edit(entry("bad", "a", "l").setBox(List.of(0, 0, 5000, 10))), "box: [0, 0, 5000, 10] (expected: inside the picture of "),
                Arguments.of("a label too long", "bad/a", edit(entry("bad", "a", "l".repeat(1001))), "label: 1001 characters (expected: at most 1000)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badEdits")
    void shouldKeepADeadLetterAndChangeNothingWhenAnEditIsBad(String what, String key, byte[] value, String message) throws Exception {
        // given
        if (!index().contains("bad")) {
            put("bad", "good", entry("bad", "good", "good").build());
        }
        long epoch = index().epoch("bad");
        // when
        Header header = new RecordHeader("source", BadFiles.text("catalogue"));
        RecordMetadata sent = product.sendAndWait(Topic.GALLERY, BadFiles.text(key), value, header);
        // then
        ConsumerRecord<byte[], byte[]> letter = product.outputs().deadLetter(Outputs.place(sent));
        assertThat(RecordHeaders.text(letter.headers(), RecordHeaders.ERR_MSG)).hasValueSatisfying(text -> assertThat(text).contains(message).contains("(expected: "));
        assertThat(RecordHeaders.text(letter.headers(), RecordHeaders.ERR_NO)).contains("5000");
        assertThat(letter.headers().toArray()[0]).isEqualTo(header);
        assertThat(letter.key()).isEqualTo(BadFiles.text(key));
        assertThat(Arrays.equals(letter.value(), value)).as("the original bytes").isTrue();
        assertThat(index().epoch("bad")).isEqualTo(epoch);
        assertThat(index().size("bad")).isEqualTo(1);
        product.requireRunning();
    }

    private static GalleryIndex index() {
        return product.worker().index();
    }

    private static GalleryEntry.Builder entry(String gallery, String id, String label) {
        return GalleryEntry.newBuilder().setGallery(gallery).setId(id).setLabel(label).setImage(ByteBuffer.wrap(seenPicture == null ? PICTURE : seenPicture));
    }

    private static byte[] edit(GalleryEntry.Builder entry) {
        return ENTRIES.encode("x", entry.build());
    }

    private static int dimension() {
        return ModelFolder.load(Product.HOME.resolve("models"), "embedder").outputAs(ModelOutput.Embedding.class).dimension();
    }

    private static List<Float> vector(int one) {
        Float[] vector = new Float[DIMENSION];
        Arrays.fill(vector, 0f);
        vector[one] = 1f;
        return List.of(vector);
    }

    private static RecordMetadata put(String gallery, String id, GalleryEntry entry) throws Exception {
        return send(gallery, id, ENTRIES.encode("sightline.gallery", entry));
    }

    /** Sends an edit and waits until it is searchable. */
    private static RecordMetadata send(String gallery, String id, byte[] value) throws Exception {
        RecordMetadata edit = product.sendAndWait(Topic.GALLERY, BadFiles.text(gallery + "/" + id), value);
        await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(5)).until(() -> index().contains(gallery) && index().epoch(gallery) > edit.offset());
        return edit;
    }

    /** What is seen in the scene with that gallery. */
    private static RecognitionResult ask(String gallery) throws Exception {
        RecognitionRequest request = RecognitionRequest.newBuilder().setImage(ByteBuffer.wrap(SCENE)).setGallery(gallery).setScoreThreshold(-1.0).setTopK(100).build();
        Result result = product.outputs().result(product.sendAndWait(Topic.REQUESTS, null, REQUESTS.encode("sightline.requests", request)));
        return result.value();
    }

    private static Match best(RecognitionResult result) {
        assertThat(result.getStatus()).as(result.getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
        return result.getDetections().stream().flatMap(detection -> detection.getMatches().stream()).max((a, b) -> Double.compare(a.getScore(), b.getScore())).orElseThrow();
    }
}
