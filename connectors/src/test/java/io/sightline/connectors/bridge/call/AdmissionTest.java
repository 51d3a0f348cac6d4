package io.sightline.connectors.bridge.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.reply.ReplyException;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static RequestReply ready;

    @BeforeAll
    static void connect() throws Exception {
        TestBroker broker = TestBroker.shared();
        ready = RequestReply.start(new ReplySettings(broker.kafka(), 1, 1_000), broker.newTopics(1), EmbeddedRegistry.INSTANCE);
        assertThat(ready.awaitReady(Duration.ofSeconds(20))).isTrue();
    }

    @AfterAll
    static void disconnect() {
        ready.close();
    }

    private static Admission admission(Map<String, Supplier<Readiness>> checks) {
        return new Admission(ready, checks, 256, 2);
    }

    @Test
    void shouldLetACallInWhenAllIsReady() {
        assertThatCode(() -> admission(Map.of("models", () -> Readiness.READY)).check()).doesNotThrowAnyException();
    }

    @Test
    void shouldLetNoMoreCallsInThanMayBeOpenAndCountTheOthers() {
        // given as many as may be open, their bodies still arriving
        Admission admission = admission(Map.of());
        CompletableFuture<?> first = new CompletableFuture<>();
        admission.enter(first);
        assertThatCode(admission::check).doesNotThrowAnyException();
        admission.enter(new CompletableFuture<>());
        // when, then
        assertThatThrownBy(admission::check).isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status().code()).isEqualTo(503))
                .hasMessage("overloaded: 2 calls are open (expected: fewer; try again later)");
        assertThat(admission.refused()).isEqualTo(1);
        first.cancel(false);
        assertThatCode(admission::check).doesNotThrowAnyException();
    }

    @Test
    void shouldNameTheFirstComponentThatIsNotReady() {
        AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.of("loading"));
        Map<String, Supplier<Readiness>> checks = new LinkedHashMap<>();
        checks.put("fine", Readiness.of(() -> true));
        checks.put("models", Readiness.ofTrouble(trouble::get));
        checks.put("gallery", Readiness.of(() -> false));
        Admission admission = admission(checks);
        assertThatThrownBy(admission::check).isInstanceOf(HttpProblem.class).hasMessageStartingWith("not ready: models: loading (expected: ready");
        trouble.set(Optional.empty());
        assertThatThrownBy(admission::check).hasMessageStartingWith("not ready: gallery (expected: ready");
        assertThat(admission.components()).containsOnlyKeys("bridge", "kafka", "fine", "models", "gallery");
        assertThat(admission.components().get("gallery").ready()).isFalse();
    }

    @Test
    void shouldSayThatKafkaIsAwayBeforeAskingTheOthers() {
        try (RequestReply away = RequestReply.start(new ReplySettings(Map.of("bootstrap.servers", "127.0.0.1:1"), 1, 500), new Topics("x."), EmbeddedRegistry.INSTANCE)) {
            Admission admission = new Admission(away, Map.of("never", () -> {
                throw new AssertionError("asked");
            }), 256, 10_000);
            assertThatThrownBy(admission::check).isInstanceOfSatisfying(HttpProblem.class, problem -> assertThat(problem.code().number()).isEqualTo(3003)).hasMessageStartingWith("not ready: ");
        }
    }

    @Test
    void shouldLetNobodyInWhileDraining() {
        Admission admission = admission(Map.of());
        assertThat(admission.drain()).isTrue();
        assertThat(admission.drain()).isFalse();
        assertThatThrownBy(admission::check).isInstanceOfSatisfying(HttpProblem.class, problem -> assertThat(problem.code().number()).isEqualTo(3001));
        assertThat(admission.components().get("bridge").ready()).isFalse();
    }

    @Test
    void shouldWaitForTheCallsThatAreIn() {
        Admission admission = admission(Map.of());
        CompletableFuture<Void> call = new CompletableFuture<>();
        admission.enter(call);
        admission.drain();
        assertThat(admission.awaitNone(Duration.ofMillis(30))).isFalse();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> admission.awaitNone(Duration.ofSeconds(20)));
        call.complete(null);
        assertThat(waiting.join()).isTrue();
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void shouldEndWhatIsStillInWithClosed() {
        Admission admission = admission(Map.of());
        CompletableFuture<Void> call = new CompletableFuture<>();
        admission.enter(call);
        admission.endAll();
        assertThatThrownBy(call::join).hasCauseInstanceOf(ReplyException.class);
        assertThat(admission.inFlight()).isZero();
    }
}
