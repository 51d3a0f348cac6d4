package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.entry;
import static io.sightline.processors.recognition.TestRecords.keyed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.gallery.UnitVectors;
import io.sightline.processors.stage.StageBrokenException;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class GalleryEngineTest {
    private static final String MODEL = "namer@2#ba9876543210";
    private final TestStages stages = new TestStages();

    @AfterEach
    void everyPictureIsFreedOnce() {
        stages.close();
        assertThat(stages.pictures).allSatisfy(picture -> assertThat(picture.closed).as(picture.text).hasValue(1));
    }

    @Test
    void shouldEmbedTheBestDetectionInTheWidenedPicture() throws Exception {
        // given a picture in which two things are found; the test's view widens by 10 pixels
        GalleryEntry.Builder entry = image("100x80 15,16,50,60,0.5,a 20,21,60,70,0.8,b").setAttributes("{\"price\":2}").setLabel("Oat drink");
        // when
        GalleryOutcome.Searchable searchable = searchable(stages.galleryEngine().start(edit(entry)));
        // then
        assertThat(searchable.key()).isEqualTo("g/a");
        assertThat(searchable.epoch()).isEqualTo(42);
        GalleryVector vector = searchable.vector().orElseThrow();
        assertThat(vector.getGallery()).isEqualTo("g");
        assertThat(vector.getId()).isEqualTo("a");
        assertThat(vector.getLabel()).isEqualTo("Oat drink");
        assertThat(vector.getAttributes()).isEqualTo("{\"price\":2}");
        assertThat(vector.getModel()).isEqualTo(MODEL);
        assertThat(vector.getEpoch()).isEqualTo(42);
        assertThat(vector.getVector()).isEqualTo(direction(10, 11, 50, 60));
        assertThat(stages.pictures).hasSize(2);
    }

    @Test
    void shouldEmbedTheWholePictureWhenNothingIsFoundInIt() throws Exception {
        assertThat(vector(edit(image("100x80")))).isEqualTo(direction(0, 0, 100, 80));
    }

    @Test
    void shouldEmbedTheBoxWithoutDetectingWhenOneIsGiven() throws Exception {
        assertThat(vector(edit(image("100x80 15,16,50,60,0.5,a undetectable").setBox(List.of(0, 3, 100, 80))))).isEqualTo(direction(0, 3, 100, 80));
        assertThat(stages.detectBegan.getCount()).isEqualTo(1);
    }

    @Test
    void shouldLabelABareImageWithItsId() throws Exception {
        GalleryVector vector = searchable(stages.galleryEngine().start(keyed("g/shelf 7/oat.jpg", TestPicture.file("9x9")))).vector().orElseThrow();
        assertThat(vector.getGallery()).isEqualTo("g");
        assertThat(vector.getId()).isEqualTo("shelf 7/oat.jpg");
        assertThat(vector.getLabel()).isEqualTo("shelf 7/oat.jpg");
        assertThat(vector.getAttributes()).isEqualTo("{}");
    }

    @Test
    void shouldTakeAVectorAtUnitLengthWithoutAnyStage() throws Exception {
        // given a vector of our own model, and one that does not say
        for (String model : new String[] {MODEL, null}) {
            RecordRun<GalleryOutcome> run = stages.galleryEngine().start(edit(entry("g", "a").setVector(List.of(10f, 11f, 50f, 60f)).setVectorModel(model)));
            // when, then it is ready at once
            assertThat(run.outcome()).isDone();
            List<Float> vector = searchable(run).vector().orElseThrow().getVector();
            for (int i = 0; i < vector.size(); i++) {
                assertThat(vector.get(i)).isCloseTo(direction(10, 11, 50, 60).get(i), within(1e-6f));
            }
            assertThat(StageNames.GALLERY).allSatisfy(stage -> assertThat(run.await(stage)).isTrue());
        }
        assertThat(stages.pictures).isEmpty();
    }

    @Test
    void shouldTakeANullAsRemoval() throws Exception {
        GalleryOutcome.Searchable searchable = searchable(stages.galleryEngine().start(keyed("g/a", null)));
        assertThat(searchable).isEqualTo(new GalleryOutcome.Searchable("g/a", Optional.empty(), 42));
    }

    @Test
    void shouldTakeTheLargestLabelAndAttributesAllowed() throws Exception {
        String attributes = "{\"a\":\"" + "x".repeat(16 * 1024 - 8) + "\"}";
        GalleryVector vector = searchable(stages.galleryEngine().start(edit(image("9x9").setLabel("l".repeat(1000)).setAttributes(attributes)))).vector().orElseThrow();
        assertThat(vector.getLabel()).hasSize(1000);
        assertThat(vector.getAttributes()).hasSize(16 * 1024);
    }

    @Test
    void shouldMakeTheSameVectorForAPictureWhoeverElseIsInTheBatch() throws Exception {
        GalleryEngine engine = stages.galleryEngine();
        List<RecordRun<GalleryOutcome>> runs = IntStream.range(0, 50)
                .mapToObj(i -> engine.start(edit(image("100x80 20,21,60,70,0.8,b")))).toList();
        for (RecordRun<GalleryOutcome> run : runs) {
            assertThat(searchable(run).vector().orElseThrow().getVector()).isEqualTo(direction(10, 11, 50, 60));
        }
    }

    @Test
    void shouldFreeBothPicturesWhenARunIsClosedInTheDetector() throws Exception {
        // given
        stages.detectGate = new CountDownLatch(1);
        RecordRun<GalleryOutcome> run = stages.galleryEngine().start(edit(image("100x80 20,21,60,70,0.8,b")));
        stages.detectBegan.await();
        assertThat(run.await("decode")).isTrue();
        // when
        run.close();
        stages.detectGate.countDown();
        // then (the pictures are looked at after the test)
        assertThatThrownBy(() -> run.outcome().get()).isInstanceOf(CancellationException.class);
        stages.close();
        assertThat(stages.embedded).isEmpty();
    }

    @Test
    void shouldKnowNothingAboutTheEditWhenAStageBreaks() {
        RecordRun<GalleryOutcome> run = stages.galleryEngine().start(edit(image("9x9 fatal")));
        assertThatThrownBy(() -> run.outcome().get()).cause().isInstanceOf(StageBrokenException.class);
        assertThat(run.await("detect")).isFalse();
    }

    @Test
    void shouldTakeTheOldVectorsPlaceWhenAnEntryCanNotBeEmbeddedAgain() throws Exception {
        // given an entry with a vector of an earlier model, and nothing but that vector
        GalleryEntry.Builder entry = entry("g", "a").setVector(List.of(1f, 0f, 0f, 0f)).setVectorModel("namer@1#0");
        assertThat(refused(edit(entry)).unsearchable()).isEmpty();
        stages.stale.add("g/a", 42);
        // when
        GalleryOutcome.Refused refused = refused(edit(entry));
        // then
        GalleryVector marker = refused.unsearchable().orElseThrow();
        assertThat(marker.getVector()).isEmpty();
        assertThat(marker.getModel()).isEqualTo(MODEL);
        assertThat(marker.getEpoch()).isEqualTo(42);
        assertThat(marker.getError()).isEqualTo("vector_model: 'namer@1#0' (expected: 'namer@2#ba9876543210')").isEqualTo(refused.deadLetter().message());
    }

    @Test
    void shouldNotTakeAVectorForOneOfAModelThatCameAfterIt() throws Exception {
        // given an entry whose vector named no model, added for an earlier one by this very edit
        InputRecord edit = edit(entry("g", "a").setVector(List.of(1f, 0f, 0f, 0f)));
        stages.stale.add("g/a", 42);
        // when it is read again, it is refused, and the marker makes the entry good
        GalleryOutcome.Refused refused = refused(edit);
        assertThat(refused.deadLetter().message()).isEqualTo("vector_model: none, and the vector was added for an earlier model (expected: '" + MODEL + "')");
        assertThat(refused.unsearchable().orElseThrow().getEpoch()).isEqualTo(42);
        // and an edit after the one that the earlier model's vector came with is of the present model
        stages.stale.remove("g/a", 41);
        assertThat(stages.stale.contains("g/a")).isTrue();
        stages.stale.remove("g/a", 42);
        assertThat(stages.stale.isEmpty()).isTrue();
        stages.stale.add("g/a", 41);
        assertThat(vector(edit)).containsExactly(1f, 0f, 0f, 0f);
    }

    private GalleryOutcome.Refused refused(InputRecord edit) throws Exception {
        return (GalleryOutcome.Refused) stages.galleryEngine().start(edit).outcome().get();
    }

    @Test
    void shouldNameItsStages() {
        assertThat(stages.galleryEngine().stages()).containsExactly("decode", "detect", "embed");
    }

    private List<Float> vector(InputRecord record) throws Exception {
        return searchable(stages.galleryEngine().start(record)).vector().orElseThrow().getVector();
    }

    private static GalleryOutcome.Searchable searchable(RecordRun<GalleryOutcome> run) throws Exception {
        GalleryOutcome outcome = run.outcome().get();
        assertThat(outcome).isInstanceOf(GalleryOutcome.Searchable.class);
        return (GalleryOutcome.Searchable) outcome;
    }

    private static InputRecord edit(GalleryEntry.Builder entry) {
        return keyed("g/a", entry(entry));
    }

    private static GalleryEntry.Builder image(String content) {
        return entry("g", "a").setImage(ByteBuffer.wrap(TestPicture.file(content)));
    }

    private static List<Float> direction(float... corners) {
        float[] unit = UnitVectors.of(corners, corners.length);
        return List.of(unit[0], unit[1], unit[2], unit[3]);
    }
}
