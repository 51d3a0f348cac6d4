package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.recognition.RecordRun;
import io.sightline.processors.streams.RunFailedException;
import io.sightline.processors.streams.RunSource;
import io.sightline.processors.streams.StartProcessor;
import io.sightline.schemas.wire.RegistryUnavailableException;
import io.sightline.topology.support.ControlledEngine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class StartProcessorTest {
    private final ControlledEngine<String> engine = new ControlledEngine<>("decode");
    private final MockProcessorContext<byte[], RecordRun<String>> context = new MockProcessorContext<>();

    private void process(RunSource<String> started) {
        StartProcessor<String> processor = new StartProcessor<>(engine, started);
        processor.init(context);
        processor.process(new Record<>(new byte[1], new byte[2], 0));
    }

    private static RunSource<String> source(boolean commitDue) {
        return new RunSource<>() {
            @Override
            public Optional<RecordRun<String>> take(String topic, int partition, long offset) {
                return Optional.empty();
            }

            @Override
            public boolean isCommitDue() {
                return commitDue;
            }
        };
    }

    @Test
    void shouldForwardTheRunAndCloseItWhenAllIsDone() {
        context.setRecordMetadata("requests", 2, 9);

        process(RunSource.none());

        assertThat(context.forwarded()).singleElement().satisfies(forwarded -> assertThat(forwarded.record().value()).isEqualTo(engine.run(2, 9)));
        assertThat(engine.run(2, 9).isClosed()).isTrue();
    }

    @Test
    void shouldAskForACommitWhenOneIsDueOnly() {
        context.setRecordMetadata("requests", 0, 0);

        process(source(false));
        assertThat(context.committed()).isFalse();
        process(source(true));

        assertThat(context.committed()).isTrue();
    }

    @Test
    void shouldForwardARunThatIsHeldUpOnceItGoesOn() {
        context.setRecordMetadata("requests", 0, 0);
        ControlledEngine<String> holding = new ControlledEngine<>(run -> {
            run.holdUp(true);
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(() -> run.holdUp(false));
        }, "decode");
        StartProcessor<String> processor = new StartProcessor<>(holding, RunSource.none(), 60_000);
        processor.init(context);

        processor.process(new Record<>(new byte[1], new byte[2], 0));

        assertThat(context.forwarded()).hasSize(1);
    }

    @Test
    void shouldGiveTheRecordBackUnderTheRegistrysNameWhenItIsHeldUpForTooLong() {
        context.setRecordMetadata("requests", 0, 7);
        ControlledEngine<String> holding = new ControlledEngine<>(run -> run.holdUp(true), "decode");
        StartProcessor<String> processor = new StartProcessor<>(holding, RunSource.none(), 50);
        processor.init(context);

        assertThatThrownBy(() -> processor.process(new Record<>(new byte[1], new byte[2], 0))).isInstanceOf(RunFailedException.class)
                .satisfies(failure -> assertThat(RegistryUnavailableException.isCauseOf(failure)).isTrue())
                .rootCause().hasMessage("schema of requests-0@7: not known after 50 ms (expected: told by the schema registry)");
        assertThat(context.forwarded()).isEmpty();
        assertThat(holding.run(0, 7).isClosed()).isTrue();
    }

    @Test
    void shouldRefuseARecordThatComesFromNoTopic() {
        assertThatThrownBy(() -> process(RunSource.none())).isInstanceOf(IllegalStateException.class).hasMessageContaining("without a place");
    }
}
