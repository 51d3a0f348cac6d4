package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.recognition.RecordRun;
import io.sightline.processors.streams.RunSource;
import io.sightline.processors.streams.StartProcessor;
import io.sightline.topology.support.ControlledEngine;
import java.util.Optional;
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
    void shouldRefuseARecordThatComesFromNoTopic() {
        assertThatThrownBy(() -> process(RunSource.none())).isInstanceOf(IllegalStateException.class).hasMessageContaining("without a place");
    }
}
