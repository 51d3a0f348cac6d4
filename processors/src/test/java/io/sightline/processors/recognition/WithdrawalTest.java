package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.request;
import static io.sightline.processors.recognition.TestRecords.utf8;
import static io.sightline.processors.recognition.TestRecords.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that nobody waits for any more costs no stage that it has not begun with, and gets its one result. */
@Timeout(240)
class WithdrawalTest {
    private static final String GOOD = "100x80 10,20,50,60,0.8,bottle 0,0,30,40,0.9,carton";
    private final TestStages stages = new TestStages();
    private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void bridgeTells() {
        stages.withdrawals.ask(headers -> RecordHeaders.text(headers, RecordHeaders.CORRELATION_ID).filter(withdrawn::contains).isPresent());
    }

    @AfterEach
    void everyPictureIsFreedOnce() {
        stages.close();
        assertThat(stages.pictures).allSatisfy(picture -> assertThat(picture.closed).as(picture.text).hasValue(1));
    }

    @Test
    void shouldNotDecodeWhatIsWithdrawnBeforeItIsBegun() throws Exception {
        // given
        withdrawn.add("a");
        // when
        RecordRun<RecognitionOutcome> run = start("a");
        // then
        assertWithdrawn(run);
        assertThat(stages.pictures).isEmpty();
    }

    @Test
    void shouldNotDecodeWhatIsWithdrawnWhileItWaitsForItsBatch() throws Exception {
        // given a decoder that is busy with somebody else's picture
        stages.decodeGate = new CountDownLatch(1);
        RecordRun<RecognitionOutcome> other = start("other");
        await().until(() -> stages.stages().decode().queueSize() == 0);
        RecordRun<RecognitionOutcome> run = start("a");
        // when
        withdrawn.add("a");
        stages.decodeGate.countDown();
        // then
        assertWithdrawn(run);
        assertThat(other.outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(stages.pictures).hasSize(1);
    }

    @Test
    void shouldNotEmbedWhatIsWithdrawnWhileItIsDetected() throws Exception {
        // given
        stages.detectGate = new CountDownLatch(1);
        RecordRun<RecognitionOutcome> run = start("a");
        stages.detectBegan.await();
        // when
        withdrawn.add("a");
        stages.detectGate.countDown();
        // then
        assertWithdrawn(run);
        assertThat(stages.embedded).isEmpty();
        assertThat(run.await("decode")).isTrue();
        assertThat(run.await("embed")).isFalse();
    }

    /** Whoever tells may forget: the item was let go, so its run has to end all the same. */
    @Test
    void shouldEndTheRunWhoseWithdrawalIsForgottenAgain() throws Exception {
        // given
        stages.embedGate = new CountDownLatch(1);
        RecordRun<RecognitionOutcome> other = start("other");
        stages.embedBegan.await();
        RecordRun<RecognitionOutcome> run = start("a");
        await().until(() -> stages.engineOf("embed").queueSize() >= 2);
        boolean[] told = new boolean[1];
        stages.withdrawals.ask(headers -> {
            boolean first = !told[0] && RecordHeaders.text(headers, RecordHeaders.CORRELATION_ID).filter("a"::equals).isPresent();
            told[0] |= first;
            return first;
        });
        // when
        stages.embedGate.countDown();
        // then
        assertWithdrawn(run);
        assertThat(other.outcome().get().result().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }

    @Test
    void shouldGiveTheResultOfWhatIsWithdrawnTooLate() throws Exception {
        RecordRun<RecognitionOutcome> run = start("a");
        RecognitionResult result = run.outcome().get().result();
        withdrawn.add("a");
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(stages.withdrawals.dropped()).isZero();
    }

    private RecordRun<RecognitionOutcome> start(String token) {
        return stages.engine().start(withHeader(keyed("k", request(request(GOOD))), RecordHeaders.CORRELATION_ID, utf8(token)));
    }

    private void assertWithdrawn(RecordRun<RecognitionOutcome> run) throws Exception {
        RecognitionOutcome outcome = run.outcome().get();
        assertThat(outcome.result().getRequestId()).isEqualTo("r1");
        assertThat(outcome.result().getStatus()).isEqualTo(RecognitionStatus.FAILED);
        assertThat(outcome.result().getErrNo()).isEqualTo(6000);
        assertThat(outcome.result().getErrMsg()).isEqualTo("withdrawn: the caller has gone away (expected: one who waits for the answer)");
        assertThat(outcome.deadLetter()).isEmpty();
        assertThat(stages.withdrawals.dropped()).isEqualTo(1);
    }
}
