package io.sightline.processors.streams;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordRun;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Waits until one stage is done with the record, then hands the run to the next stage; a rejected record goes straight to publishing.
 * Owner: the stream thread. With look-ahead the stage is done already.
 *
 * @param <O> what becomes of a record
 */
public final class StageProcessor<O> implements Processor<byte[], RecordRun<O>, byte[], RecordRun<O>> {
    private final String stage;
    private final String next;
    private final String publish;
    private ProcessorContext<byte[], RecordRun<O>> context;

    /**
     * @param stage the stage waited for
     * @param next name of the next stage's processor (the publishing one after the last stage)
     * @param publish name of the publishing processor
     */
    public StageProcessor(String stage, String next, String publish) {
        this.stage = stage;
        this.next = next;
        this.publish = publish;
    }

    @Override
    public void init(ProcessorContext<byte[], RecordRun<O>> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], RecordRun<O>> record) {
        context.forward(record, await(record.value()) ? next : publish);
    }

    private boolean await(RecordRun<O> run) {
        try {
            return run.await(stage);
        } catch (RuntimeException e) {
            InputRecord input = run.input();
            throw new RunFailedException("stage " + stage + " broke on " + input.topic() + "-" + input.partition() + "@" + input.offset(), e);
        }
    }
}
