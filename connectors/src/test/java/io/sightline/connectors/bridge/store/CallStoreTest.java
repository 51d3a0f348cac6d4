package io.sightline.connectors.bridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.bridge.call.HttpProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallStoreTest {
    private static final byte[] ASKED = {1};
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // the clock may overflow
    private final AtomicInteger begun = new AtomicInteger();

    private CallStore store(int maxEntries, long maxBytes, int maxAgeS) {
        return new CallStore(new StoreSettings(maxEntries, maxBytes, maxAgeS), nanos::get);
    }

    private CompletableFuture<StoredAnswer> call(CallStore store, String id, byte[] asked, boolean keep, CompletableFuture<String> work) {
        return store.call(new CallStore.Call("", id, asked, keep, Runnable::run), () -> {
            begun.incrementAndGet();
            return work;
        }, (result, error) -> new StoredAnswer(error == null ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, (error == null ? result : "trouble").getBytes()));
    }

    private CompletableFuture<StoredAnswer> done(CallStore store, String id, String result) {
        return call(store, id, ASKED, false, CompletableFuture.completedFuture(result));
    }

    private static String text(CompletableFuture<StoredAnswer> answer) {
        return new String(answer.join().json());
    }

    @Test
    void shouldGiveTheStoredAnswerWhenTheSameIsAskedAgain() {
        CallStore store = store(10, 10_000, 60);
        assertThat(text(done(store, "k", "first"))).isEqualTo("first");
        assertThat(text(done(store, "k", "second"))).isEqualTo("first");
        assertThat(begun).hasValue(1);
    }

    @Test
    void shouldRefuseAnotherQuestionUnderTheSameIdWhetherAnsweredOrNot() {
        // given
        CallStore store = store(10, 10_000, 60);
        CompletableFuture<String> work = new CompletableFuture<>();
        call(store, "k", ASKED, false, work);
        // when, then
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> call(store, "k", new byte[] {2}, false, work)).isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(HttpStatus.CONFLICT))
                    .hasMessageContaining("'k' came with another request before (expected: ");
            work.complete("done");
        }
    }

    @Test
    void shouldKeepTheCallsOfTwoOwnersApart() {
        CallStore store = store(10, 10_000, 60);
        done(store, "k", "mine");
        CompletableFuture<StoredAnswer> theirs = store.call(new CallStore.Call("other", "k", new byte[] {2}, false, Runnable::run),
                () -> CompletableFuture.completedFuture("theirs"), (result, error) -> new StoredAnswer(HttpStatus.OK, result.getBytes()));
        assertThat(text(theirs)).isEqualTo("theirs");
        assertThat(store.find("third", "k")).isEmpty();
    }

    @Test
    void shouldTryAgainWhenTheServiceWasInTrouble() {
        // given
        CallStore store = store(10, 10_000, 60);
        assertThat(text(call(store, "k", ASKED, false, CompletableFuture.failedFuture(new IllegalStateException())))).isEqualTo("trouble");
        // then the trouble is not kept
        assertThat(store.size()).isZero();
        assertThat(text(done(store, "k", "now"))).isEqualTo("now");
    }

    @Test
    void shouldKeepTroubleForWhoeverFetchesItsAnswerLaterButTryAgainWhenAskedAgain() {
        CallStore store = store(10, 10_000, 60);
        call(store, "k", ASKED, true, CompletableFuture.failedFuture(new IllegalStateException()));
        assertThat(new String(store.find("", "k").orElseThrow().answer().json())).isEqualTo("trouble");
        assertThat(text(done(store, "k", "now"))).isEqualTo("now");
        assertThat(new String(store.find("", "k").orElseThrow().answer().json())).isEqualTo("now");
    }

    @Test
    void shouldForgetTheAnswerKeptLongestWhenOneMoreCallComesThanMayBeKnown() {
        CallStore store = store(2, 10_000, 60);
        CompletableFuture<String> slow = new CompletableFuture<>();
        call(store, "working", ASKED, false, slow);
        done(store, "a", "a");
        done(store, "b", "b");
        assertThat(store.find("", "a")).isEmpty();
        assertThat(store.find("", "b")).isPresent();
        assertThat(store.find("", "working").orElseThrow().answer()).isNull();
        assertThat(store.size()).isEqualTo(2);
    }

    @Test
    void shouldRefuseACallWhenAllKnownOnesAreWorkedOn() {
        CallStore store = store(1, 10_000, 60);
        CompletableFuture<String> work = new CompletableFuture<>();
        call(store, "a", ASKED, false, work);
        assertThatThrownBy(() -> done(store, "b", "b")).isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
        work.complete("a");
        assertThat(text(done(store, "b", "b"))).isEqualTo("b");
    }

    @Test
    void shouldForgetTheAnswersKeptLongestWhenOneByteTooManyIsKept() {
        // given room for exactly two answers
        CallStore measure = store(10, 100_000, 60);
        done(measure, "a", "x");
        CallStore store = store(10, 2 * measure.bytes(), 60);
        done(store, "a", "x");
        done(store, "b", "x");
        assertThat(store.size()).isEqualTo(2);
        assertThat(store.bytes()).isEqualTo(2 * measure.bytes());
        // when
        done(store, "c", "xx");
        // then
        assertThat(store.find("", "a")).isEmpty();
        assertThat(store.find("", "b")).isEmpty();
        assertThat(store.bytes()).isEqualTo(measure.bytes() + 1);
        // and one that is too large alone is not kept, but given
        assertThat(text(done(store, "d", "x".repeat(1000)))).hasSize(1000);
        assertThat(store.size()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void shouldForgetAnAnswerWhenItIsTooOld() {
        CallStore store = store(10, 10_000, 60);
        done(store, "k", "old");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertThat(store.find("", "k")).isPresent();
        nanos.addAndGet(1);
        assertThat(store.find("", "k")).isEmpty();
        assertThat(text(done(store, "k", "new"))).isEqualTo("new");
    }

    @Test
    void shouldGoOnWhenAllWhoWaitedHaveLeftForTheyMeanToAskAgain() {
        // given
        CallStore store = store(10, 10_000, 60);
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<StoredAnswer> one = call(store, "k", ASKED, false, work);
        CompletableFuture<StoredAnswer> two = call(store, "k", ASKED, false, work);
        // when
        one.cancel(false);
        two.cancel(false);
        assertThat(work).isNotDone();
        work.complete("done");
        // then
        assertThat(text(done(store, "k", "again"))).isEqualTo("done");
        assertThat(begun).hasValue(1);
    }

    @Test
    void shouldGoOnThoughNobodyWaitsWhenTheAnswerIsToBeKept() {
        CallStore store = store(10, 10_000, 60);
        CompletableFuture<String> work = new CompletableFuture<>();
        call(store, "k", ASKED, false, work);
        CompletableFuture<StoredAnswer> later = call(store, "k", ASKED, true, work);
        later.cancel(false);
        assertThat(work).isNotDone();
        work.complete("done");
        assertThat(new String(store.find("", "k").orElseThrow().answer().json())).isEqualTo("done");
    }

    @Test
    void shouldBeginTheWorkOnceWhenAHundredAskAtATime() throws Exception {
        // given
        CallStore store = store(10, 100_000, 60);
        CompletableFuture<String> work = new CompletableFuture<>();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<CompletableFuture<StoredAnswer>>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(CompletableFuture.supplyAsync(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return call(store, "k", ASKED, false, work);
            }, threads));
        }
        // when
        go.countDown();
        List<CompletableFuture<StoredAnswer>> answers = asked.stream().map(CompletableFuture::join).toList();
        work.complete("once");
        // then
        assertThat(answers).allSatisfy(answer -> assertThat(text(answer)).isEqualTo("once"));
        assertThat(begun).hasValue(1);
        threads.shutdownNow();
    }
}
