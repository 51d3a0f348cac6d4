package io.sightline.topology.support;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordRun;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An engine whose runs the test ends; what is done with a run at its start can be given. */
public final class ControlledEngine<O> implements RecordEngine<O> {
    private final List<String> stages;
    private final Consumer<ControlledRun<O>> atStart;
    private final List<ControlledRun<O>> runs = new CopyOnWriteArrayList<>();
    private volatile RuntimeException broken;

    public ControlledEngine(String... stages) {
        this(run -> { }, stages);
    }

    public ControlledEngine(Consumer<ControlledRun<O>> atStart, String... stages) {
        this.stages = List.of(stages);
        this.atStart = atStart;
    }

    /** From now on start throws this; null: no more. */
    public void breakWith(RuntimeException failure) {
        broken = failure;
    }

    public List<ControlledRun<O>> runs() {
        return runs;
    }

    /** The latest run of the record at that place. */
    public ControlledRun<O> run(int partition, long offset) {
        for (int i = runs.size() - 1; i >= 0; i--) {
            ControlledRun<O> run = runs.get(i);
            if (run.input().partition() == partition && run.input().offset() == offset) {
                return run;
            }
        }
        throw new AssertionError("not started: " + partition + "@" + offset);
    }

    @Override
    public List<String> stages() {
        return stages;
    }

    @Override
    public RecordRun<O> start(InputRecord record) {
        if (broken != null) {
            throw broken;
        }
        ControlledRun<O> run = new ControlledRun<>(record, stages);
        runs.add(run);
        atStart.accept(run);
        return run;
    }
}
