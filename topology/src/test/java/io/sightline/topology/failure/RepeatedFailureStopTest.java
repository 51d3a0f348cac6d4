package io.sightline.topology.failure;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sightline.processors.stage.StageBrokenException;
import io.sightline.processors.streams.RunFailedException;
import io.sightline.schemas.wire.RegistryUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RepeatedFailureStopTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(RepeatedFailureStop.class);
    private long nowMs = 1_000_000;
    private final List<Throwable> stopped = new ArrayList<>();
    private final RepeatedFailureStop handler = new RepeatedFailureStop(() -> nowMs, stopped::add);

    @BeforeEach
    void quiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    private Object failAfter(long ms) {
        nowMs += ms;
        return handler.handle(new IllegalStateException("at " + nowMs));
    }

    @Test
    void shouldReplaceTheThreadWhenItIsTheFirstOrSecondFailure() {
        assertThat(failAfter(0)).isEqualTo(REPLACE_THREAD);
        assertThat(failAfter(10)).isEqualTo(REPLACE_THREAD);
        assertThat(stopped).isEmpty();
    }

    @Test
    void shouldStopWhenItIsTheThirdFailureWithinAMinute() {
        failAfter(0);
        failAfter(30_000);

        assertThat(failAfter(29_999)).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(stopped).singleElement().satisfies(failure -> assertThat(failure).hasMessage("at 1059999"));
    }

    /** Else a worker with little to do would go on for ever, and fail each request. */
    @Test
    void shouldStopAtTheFirstFailureOfABrokenStage() {
        Throwable failure = new RunFailedException("no outcome of requests-0@0", new StageBrokenException("detect", new IllegalStateException("CUDA failure 719")));

        assertThat(handler.handle(new StreamsException(failure))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(stopped).singleElement().satisfies(reason -> assertThat(reason).hasRootCauseMessage("CUDA failure 719"));
    }

    @Test
    void shouldReplaceTheThreadWhenTheThirdFailureComesAMinuteAfterTheFirst() {
        failAfter(0);
        failAfter(30_000);

        assertThat(failAfter(30_000)).isEqualTo(REPLACE_THREAD);
        assertThat(failAfter(29_999)).as("the window moves on").isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void shouldReplaceForEverAndNotCountWhenTheSchemaRegistryIsAway() {
        for (int i = 0; i < 100; i++) {
            assertThat(handler.handle(new IllegalStateException("publish", new RegistryUnavailableException("away", null)))).isEqualTo(REPLACE_THREAD);
        }
        assertThat(failAfter(0)).isEqualTo(REPLACE_THREAD);
        assertThat(failAfter(1)).isEqualTo(REPLACE_THREAD);
        assertThat(stopped).isEmpty();
    }

    @Test
    void shouldReplaceForEverWhenFailuresAreRare() {
        for (int i = 0; i < 100; i++) {
            assertThat(failAfter(31_000)).isEqualTo(REPLACE_THREAD);
        }
    }
}
