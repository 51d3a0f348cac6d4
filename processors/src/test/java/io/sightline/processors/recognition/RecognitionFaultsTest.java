package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.stage.StageBrokenException;
import io.sightline.processors.stage.StageClosedException;
import io.sightline.processors.stage.StageSettings;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.RegistryUnavailableException;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.schemas.wire.UnknownSchemaIdException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong in a stage hits the request that is to blame, and no picture stays in memory. */
@Timeout(240)
class RecognitionFaultsTest {
    private static final String GOOD = "100x80 10,20,50,60,0.8,bottle 0,0,30,40,0.9,carton";
    private final TestStages stages = new TestStages();

    @AfterEach
    void everyPictureIsFreedOnce() {
        stages.close();
        assertThat(stages.pictures).allSatisfy(picture -> assertThat(picture.closed).as(picture.text).hasValue(1));
    }

    @Test
    void shouldFailOnlyTheRequestThatTheDetectorFallsOverFor() throws Exception {
        // given four pictures in one batch, behind one that holds the detector up
        stages.detectGate = new CountDownLatch(1);
        RecognitionEngine engine = stages.engine();
        engine.start(picture(GOOD));
        stages.detectBegan.await();
        List<RecordRun<RecognitionOutcome>> runs = List.of(engine.start(picture(GOOD)), engine.start(picture("64x48 undetectable")),
                engine.start(picture(GOOD)), engine.start(picture(GOOD)));
        await().until(() -> stages.engineOf("detect").queueSize() == 4);
        // when
        stages.detectGate.countDown();
        // then
        for (int i : new int[] {0, 2, 3}) {
            assertThat(runs.get(i).outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        }
        RecognitionOutcome failed = runs.get(1).outcome().get();
        assertThat(failed.result().getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(failed.result().getErrNo()).isEqualTo(9000);
        assertThat(failed.result().getErrMsg()).isEqualTo("detect: IllegalStateException: the detector fell over");
        assertThat(failed.result().getImage()).isEqualTo(new ImageSize(64, 48));
        assertThat(failed.result().getLineage().getModels()).containsKeys("detect", "embed");
        assertThat(failed.deadLetter()).hasValueSatisfying(letter -> assertThat(letter.code()).isEqualTo(ErrorCode.INFERENCE));
        assertThat(runs.get(1).await("decode")).isTrue();
        assertThat(runs.get(1).await("detect")).isFalse();
        assertThat(runs.get(1).await("lookup")).isFalse();
    }

    @Test
    void shouldTellTheFirstCropsFaultWhenSeveralFail() throws Exception {
        // given
        RecognitionEngine engine = stages.engine();
        for (int i = 0; i < 20; i++) {
            // when
            RecognitionResult result = engine.start(picture("100x80 1,0,9,9,0.9,a 2,0,9,9,0.8,b 3,0,9,9,0.7,c unembeddable-at-3. unembeddable-at-2.")).outcome().get().result();
            // then it is the same each time, whichever came first
            assertThat(result.getErrMsg()).isEqualTo("embed: IllegalStateException: the embedder fell over at 2");
            assertThat(result.getStatus()).isEqualTo(RecognitionStatus.FAILED);
        }
    }

    /** PaddleServing's process group dies of one user's error. */
    @Test
    void shouldGoOnRecognisingAfterAnyNumberOfFaults() throws Exception {
        RecognitionEngine engine = stages.engine();
        List<RecordRun<RecognitionOutcome>> runs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            runs.add(engine.start(picture("9x9 undetectable")));
            runs.add(engine.start(picture("9x9 1,0,9,9,0.9,a unembeddable-at-1.")));
            runs.add(engine.start(keyed("k", new byte[] {0, 1})));
            runs.add(engine.start(picture(GOOD)));
        }
        for (int i = 0; i < runs.size(); i++) {
            assertThat(runs.get(i).outcome().get().deadLetter().isEmpty()).isEqualTo(i % 4 == 3);
        }
        assertThat(stages.stages().healthy()).isTrue();
    }

    @Test
    void shouldWaitForTheIndexAndRecogniseWhenItIsBack() throws Exception {
        stages.indexAway.set(true);
        RecordRun<RecognitionOutcome> run = stages.engine().start(picture(GOOD));
        await().until(() -> stages.lookupsPutBack.get() > 2);
        assertThat(run.outcome()).isNotDone();
        stages.indexAway.set(false);
        assertThat(run.outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    /** It asks for nothing that is wrong, and every partition gets one where somebody waits for an edit. */
    @Test
    void shouldWaitForAnEpochForAsLongAsTheIndexIsAway() throws Exception {
        // given
        stages.put("default", "a", 3, 0, 0, 30, 40);
        stages.indexAway.set(true);
        RecordRun<RecognitionOutcome> run = stages.engine().start(keyed("k", request(RecognitionRequest.newBuilder().setRequestId("r1").setMinEpoch(3L))));
        // when
        await().until(() -> stages.epochsNotTold.get() > 2);
        // then
        assertThat(run.outcome()).isNotDone();
        stages.indexAway.set(false);
        assertThat(run.outcome().get().result().getLineage().getGalleries()).isEqualTo(Map.of("default", 3L));
    }

    @Test
    void shouldWaitOnForAnEpochWhereTheIndexGoesAwayMeanwhile() throws Exception {
        // given a wait for an edit to come
        RecordRun<RecognitionOutcome> run = stages.engine().start(keyed("k", request(RecognitionRequest.newBuilder().setRequestId("r1").setMinEpoch(3L))));
        // when: the wait is noted and looked at anew once its time is over
        stages.indexAway.set(true);
        await().until(() -> stages.epochsNotTold.get() > 2);
        // then
        assertThat(run.outcome()).isNotDone();
        stages.indexAway.set(false);
        stages.put("default", "a", 3, 0, 0, 30, 40);
        assertThat(run.outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    @Test
    void shouldEndAWaitForAnEpochOfAnIndexThatIsAwayWithItsDeadline() throws Exception {
        // given
        stages.indexAway.set(true);
        RecordRun<RecognitionOutcome> run = stages.engine().start(keyed("k", request(RecognitionRequest.newBuilder().setRequestId("r1").setMinEpoch(3L)
                .setDeadlineMs(TestStages.START.plusSeconds(1)))));
        await().until(() -> stages.epochsNotTold.get() > 2);
        assertThat(run.outcome()).isNotDone();
        // when
        stages.clock.advance(Duration.ofSeconds(2));
        // then
        assertThat(run.outcome().get().result().getErrMsg()).contains("passed 1000 ms ago");
    }

    /** The thread that begins records is the one that polls. */
    @Test
    void shouldBeginRecordsWithoutWaitingForAFullStage() throws Exception {
        // given room for one picture, and one lookup
        stages.settings = TestStages.settings(new StageSettings(1, 1, 0, 1), TestStages.ONE_LANE, TestStages.ONE_LANE, new StageSettings(1, 1, 0, 1));
        stages.decodeGate = new CountDownLatch(1);
        stages.indexAway.set(true);
        RecognitionEngine engine = stages.engine();
        List<RecordRun<RecognitionOutcome>> runs = new ArrayList<>();
        // when
        for (int i = 0; i < 10; i++) {
            runs.add(engine.start(picture(GOOD)));
            runs.add(engine.start(keyed("k", request(RecognitionRequest.newBuilder().setRequestId("r" + i).setVector(List.of(1f, 0f, 0f, 0f))))));
        }
        // then all are begun, and go on
        assertThat(runs).noneMatch(run -> run.outcome().isDone());
        stages.indexAway.set(false);
        stages.decodeGate.countDown();
        for (RecordRun<RecognitionOutcome> run : runs) {
            assertThat(run.outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        }
    }

    @Test
    void shouldLetACallerGoWhoseDeadlinePassesWhileTheIndexIsAway() throws Exception {
        // given
        stages.indexAway.set(true);
        RecordRun<RecognitionOutcome> run = stages.engine().start(keyed("k", request(request(GOOD).setDeadlineMs(TestStages.START.plusSeconds(1)))));
        await().until(() -> stages.lookupsPutBack.get() > 2);
        assertThat(run.outcome()).isNotDone();
        // when
        stages.clock.advance(Duration.ofSeconds(2));
        // then
        assertThat(run.outcome().get().result().getErrNo()).isEqualTo(6000);
        assertThat(run.outcome().get().result().getErrMsg()).contains("passed 1000 ms ago");
    }

    @Test
    void shouldLetARunGoThatIsClosedWhileTheIndexIsAway() throws Exception {
        stages.indexAway.set(true);
        RecordRun<RecognitionOutcome> run = stages.engine().start(picture(GOOD));
        await().until(() -> stages.lookupsPutBack.get() > 2);
        run.close();
        await().until(() -> stages.stages().lookup().queueSize() == 0);
        int tries = stages.lookupsPutBack.get();
        assertThat(run.outcome()).isCompletedExceptionally();
        stages.engine().start(picture(GOOD));
        await().until(() -> stages.lookupsPutBack.get() > tries);
    }

    @Test
    void shouldNotDetectForACallerWhoseDeadlinePassedWhileItWaited() throws Exception {
        // given a deadline in a second, and decoding that takes two
        stages.whileDecoding = () -> stages.clock.advance(Duration.ofSeconds(2));
        // when
        RecognitionResult result = stages.engine().start(keyed("k", request(request(GOOD).setDeadlineMs(TestStages.START.plusSeconds(1))))).outcome().get().result();
        // then
        assertThat(result.getErrNo()).isEqualTo(6000);
        assertThat(result.getErrMsg()).contains("passed 1000 ms ago");
        assertThat(stages.detectBegan.getCount()).isEqualTo(1);
    }

    @Test
    void shouldDropWorkNotYetStartedWhenARunIsClosed() throws Exception {
        // given a run whose picture waits for the detector, and one whose crops wait for the embedder
        stages.detectGate = new CountDownLatch(1);
        RecognitionEngine engine = stages.engine();
        RecordRun<RecognitionOutcome> working = engine.start(picture(GOOD));
        stages.detectBegan.await();
        RecordRun<RecognitionOutcome> waiting = engine.start(picture(GOOD + " never-detected"));
        assertThat(waiting.await("decode")).isTrue();
        await().until(() -> stages.engineOf("detect").queueSize() == 1);
        // when
        waiting.close();
        stages.detectGate.countDown();
        // then
        assertThat(waiting.outcome()).isCompletedExceptionally();
        assertThatThrownBy(() -> waiting.outcome().get()).isInstanceOf(CancellationException.class);
        assertThat(waiting.await("detect")).isFalse();
        assertThat(working.outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        await().until(() -> stages.pictures.stream().filter(picture -> picture.says("never-detected")).allMatch(picture -> picture.closed.get() == 1));
        assertThat(stages.tracer.window().counts().get(1).skipped()).isEqualTo(1);
        assertThat(stages.tracer.requests().window().inFlight()).isZero();
    }

    @Test
    void shouldFreeThePictureWhenARunIsClosedWhileACropIsBeingEmbedded() throws Exception {
        // given the first crop in the embedder, the second waiting
        stages.settings = TestStages.settings(TestStages.ONE_LANE, TestStages.ONE_LANE,
                new StageSettings(1, 1, 0, 64), TestStages.ONE_LANE);
        stages.embedGate = new CountDownLatch(1);
        RecordRun<RecognitionOutcome> run = stages.engine().start(picture(GOOD));
        stages.embedBegan.await();
        // when
        run.close();
        run.close();
        // then the picture stays until the embedder is done with it
        assertThat(stages.pictures.peek().closed).hasValue(0);
        stages.embedGate.countDown();
        await().until(() -> stages.pictures.peek().closed.get() == 1);
        assertThat(stages.embedded).hasSize(1);
    }

    @Test
    void shouldNotUndoAnOutcomeWhenARunIsClosedLate() throws Exception {
        RecordRun<RecognitionOutcome> run = stages.engine().start(picture(GOOD));
        RecognitionOutcome outcome = run.outcome().get();
        run.close();
        assertThat(run.outcome().get()).isSameAs(outcome);
        assertThat(run.await("lookup")).isTrue();
    }

    @Test
    void shouldKnowNothingAboutTheRecordsWhenAStageBreaks() throws Exception {
        // given
        RecognitionEngine engine = stages.engine();
        RecordRun<RecognitionOutcome> fatal = engine.start(picture("9x9 fatal"));
        // when, then it has no outcome to commit
        assertThatThrownBy(() -> fatal.outcome().get()).cause().isInstanceOf(StageBrokenException.class);
        assertThat(fatal.await("detect")).isFalse();
        await().until(() -> !stages.stages().healthy());
        assertThatThrownBy(() -> engine.start(picture(GOOD)).outcome().get()).cause().isInstanceOf(StageBrokenException.class);
    }

    @Test
    void shouldKnowNothingAboutARecordThatComesAfterTheStagesClosed() {
        RecognitionEngine engine = stages.engine();
        stages.close();
        assertThatThrownBy(() -> engine.start(picture(GOOD)).outcome().get()).cause().isInstanceOf(StageClosedException.class);
    }

    @Test
    void shouldFinishWhatIsOnItsWayWhenTheStagesClose() throws Exception {
        // given pictures in all stages
        RecognitionEngine engine = stages.engine();
        List<RecordRun<RecognitionOutcome>> runs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            runs.add(engine.start(picture(GOOD)));
        }
        // when
        stages.close();
        // then
        assertThat(runs).allSatisfy(run -> assertThat(run.outcome()).isCompletedWithValueMatching(outcome -> outcome.deadLetter().isEmpty()));
    }

    @Test
    void shouldNotBlameTheRecordWhenTheRegistryIsAway() {
        // given a registry that can't be reached
        SchemaRegistry away = new SchemaRegistry() {
            @Override
            public int idOf(String subject, Schema schema) {
                throw new TimeoutException("no answer");
            }

            @Override
            public Schema schemaOf(int id) {
                throw new TimeoutException("no answer");
            }
        };
        // when
        RecordRun<RecognitionOutcome> run = stages.engine(away).start(keyed("k", request(request(GOOD))));
        // then there is no result and no dead letter
        assertThatThrownBy(() -> run.outcome().get()).cause().isInstanceOf(TimeoutException.class);
        assertThat(run.await("decode")).isFalse();
    }

    /** A registry may be away for hours, and its answers wait for as long: what is dropped meanwhile must not. */
    @Test
    void shouldLetGoOfClosedRunsWhileTheRegistryIsAway() throws Exception {
        // given runs that wait for a schema
        CompletableFuture<Void> readable = new CompletableFuture<>();
        RecognitionEngine engine = stages.engine(new LateRegistry(readable));
        List<RecordRun<RecognitionOutcome>> runs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(engine.start(keyed("k", request(request(GOOD)))));
        }
        assertThat(runs).allSatisfy(run -> assertThat(run.isHeldUp()).isTrue());
        assertThat(readable.getNumberOfDependents()).isEqualTo(20);
        // when all but one are dropped
        runs.subList(1, 20).forEach(RecordRun::close);
        // then only that one is held, and goes on when the registry answers
        assertThat(readable.getNumberOfDependents()).isEqualTo(1);
        readable.complete(null);
        assertThat(runs.get(0).outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    /** A registry that takes longer to say no than reading waits: asked again and again, it would hold the partition up for as long as it is slow. */
    @Test
    void shouldTakeTheRegistrysNoForAnAnswer() throws Exception {
        // given a registry that has no such schema, and says so to those who wait for it
        UnknownSchemaIdException no = new UnknownSchemaIdException(4711, "one that the registry has");
        SchemaRegistry slow = new SchemaRegistry() {
            @Override
            public int idOf(String subject, Schema schema) {
                throw new UnsupportedOperationException("nothing is written here");
            }

            @Override
            public Schema schemaOf(int id) {
                throw new RegistryUnavailableException("schema " + id + ": no answer in 1000 ms (expected: one)", null);
            }

            @Override
            public CompletableFuture<Void> whenReadable(byte[] value) {
                return CompletableFuture.failedFuture(no);
            }
        };
        byte[] value = {0, 0, 0, 0x12, 0x67, 1};
        // when
        RecognitionOutcome outcome = stages.engine(slow).start(keyed("k", value)).outcome().get();
        GalleryOutcome edit = stages.galleryEngine(slow).start(keyed("default/1", value)).outcome().get();
        // then
        assertThat(outcome.result().getRequestId()).isEqualTo("k");
        assertThat(outcome.result().getStatus()).isEqualTo(RecognitionStatus.REJECTED);
        assertThat(outcome.result().getErrNo()).isEqualTo(5000);
        assertThat(outcome.result().getErrMsg()).isEqualTo("schema id: 4711 (expected: one that the registry has)");
        assertThat(outcome.deadLetter()).hasValueSatisfying(letter -> assertThat(letter.message()).isEqualTo(outcome.result().getErrMsg()));
        assertThat(edit).isInstanceOfSatisfying(GalleryOutcome.Refused.class, refused -> assertThat(refused.deadLetter().message()).isEqualTo(outcome.result().getErrMsg()));
        assertThat(stages.tracer.requests().window().inFlight()).isZero();
    }

    /** @param readable when its schemas are there */
    private record LateRegistry(CompletableFuture<Void> readable) implements SchemaRegistry {
        @Override
        public int idOf(String subject, Schema schema) {
            return EmbeddedRegistry.INSTANCE.idOf(subject, schema);
        }

        @Override
        public Schema schemaOf(int id) {
            return EmbeddedRegistry.INSTANCE.schemaOf(id);
        }

        @Override
        public CompletableFuture<Void> whenReadable(byte[] value) {
            return readable;
        }
    }

    @Test
    void shouldLetGoOfACallerThatIsInterrupted() throws Exception {
        // given
        stages.decodeGate = new CountDownLatch(1);
        RecordRun<RecognitionOutcome> working = stages.engine().start(picture(GOOD));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                working.await("decode");
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
        });
        caller.start();
        await().until(() -> caller.getState() == Thread.State.WAITING);
        // when
        caller.interrupt();
        // then
        assertThat(thrown.get()).isInstanceOf(InterruptException.class);
        stages.decodeGate.countDown();
        assertThat(working.outcome().get().deadLetter()).isEmpty();
    }

    private static InputRecord picture(String content) {
        return keyed("k", TestPicture.file(content));
    }
}
