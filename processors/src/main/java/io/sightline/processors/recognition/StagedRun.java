package io.sightline.processors.recognition;

import io.opentelemetry.api.OpenTelemetry;
import io.sightline.processors.stage.ItemOwner;
import io.sightline.processors.stage.ItemTrace;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.Staged;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.wire.RegistryUnavailableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runs of all kinds of records share: a gate a stage, the outcome, and the way from one stage to the next. Steps run on the
 * lanes' threads, one after the other but for the crops of a picture; all of it is thread-safe.
 */
abstract class StagedRun<O> implements RecordRun<O> {
    private static final Logger LOG = LoggerFactory.getLogger(StagedRun.class);

    /** Between two looks at a registry that went away between answering and reading, or at a gallery index that is away. */
    private static final long AGAIN_MS = 100;

    private final InputRecord input;
    private final Map<String, CompletableFuture<Boolean>> gates = new LinkedHashMap<>();
    private final CompletableFuture<O> outcome = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final RunTrace trace;
    private volatile boolean heldUp;

    /** @param name of the record's span */
    StagedRun(InputRecord input, List<String> stages, OpenTelemetry telemetry, String name) {
        this.input = input;
        this.trace = RunTrace.begin(telemetry, name, input);
        stages.forEach(stage -> gates.put(stage, new CompletableFuture<>()));
    }

    @Override
    public final InputRecord input() {
        return input;
    }

    @Override
    public final CompletableFuture<O> outcome() {
        return outcome;
    }

    @Override
    public final boolean await(String stage) {
        CompletableFuture<Boolean> gate = gates.get(stage);
        if (gate == null) {
            throw new IllegalArgumentException("stage: '" + stage + "' (expected: one of " + String.join(", ", gates.keySet()) + ")");
        }
        try {
            return gate.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("gates complete normally", e);
        }
    }

    @Override
    public final boolean isHeldUp() {
        return heldUp && wanted();
    }

    @Override
    public final void close() {
        fail(new CancellationException("the run was closed"));
    }

    /** False once the outcome is there or nobody wants it. Asked under a queue's lock. */
    final boolean wanted() {
        return !ended.get();
    }

    /** The record is through that stage, or does not need it. No effect where this kind of record has no such stage. */
    final void passed(String stage) {
        CompletableFuture<Boolean> gate = gates.get(stage);
        if (gate != null) {
            gate.complete(true);
        }
    }

    /**
     * The outcome is known; the first one counts.
     *
     * @param accepted what the gates of the stages not reached say
     */
    final void finish(O value, boolean accepted) {
        if (ended.compareAndSet(false, true)) {
            // Before the outcome is handed on: whoever has it finds it counted.
            ended(Optional.of(value));
            trace.end(requestId(), problem(value));
            outcome.complete(value);
            openGates(accepted);
        }
    }

    /** The service is at fault, or the run was closed: nothing is known about the record. */
    final void fail(Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            ended(Optional.empty());
            trace.end(requestId(), Optional.of(String.valueOf(cause.getMessage())));
            outcome.completeExceptionally(cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause);
            openGates(false);
        }
    }

    private void openGates(boolean value) {
        gates.values().forEach(gate -> gate.complete(value));
    }

    /** A stage has let the item go though the run is still wanted: it was no longer in time. */
    void late(Throwable error) {
        fail(error);
    }

    /** Called once, before anybody sees the outcome; empty where there is none. */
    void ended(Optional<O> value) {
    }

    /**
     * Begins with the record once it can be read. A schema that nobody here has seen is asked for in the background, for as long as the registry is
     * away: the record waits, and those of other partitions pass.
     *
     * @param whenReadable asked again where reading finds the registry away all the same
     */
    final void whenReadable(Supplier<CompletableFuture<Void>> whenReadable, Runnable read) {
        CompletableFuture<Void> readable = whenReadable.get();
        if (readable.isDone() && !readable.isCompletedExceptionally()) {
            reading(whenReadable, read);
        } else {
            heldUp = true;
            // Not on the thread that asks the registry. With the outcome, as the registry may be away for long: what has ended is let go of, not kept with its
            // record until there is an answer.
            CompletableFuture.anyOf(readable, outcome).whenCompleteAsync((nothing, unreadable) -> {
                if (RegistryUnavailableException.isCauseOf(unreadable)) {
                    fail(unreadable); // closed while it was asked: nothing is known about the record
                } else if (wanted()) {
                    // That there is no such schema is an answer. Reading would ask again, and wait in vain for a registry that takes its time to say no.
                    boolean unknown = unreadable != null && unreadable.getCause() instanceof SerializationException;
                    reading(whenReadable, unknown ? () -> refuse(ErrorCode.BAD_INPUT, unreadable.getCause().getMessage()) : read);
                }
            });
        }
    }

    private void reading(Supplier<CompletableFuture<Void>> whenReadable, Runnable read) {
        try {
            read.run();
            heldUp = false;
        } catch (RegistryUnavailableException e) {
            heldUp = true;
            again(() -> whenReadable(whenReadable, read));
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Does something a little later, if the run is still wanted then. */
    final void again(Runnable work) {
        CompletableFuture.delayedExecutor(AGAIN_MS, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                if (wanted()) {
                    work.run();
                }
            } catch (Throwable e) {
                fail(e);
            }
        });
    }

    /**
     * Gives an item to a stage and goes on when it is done, on the stage's thread.
     *
     * @param next called with the stage's result, also where this run has ended meanwhile; not called where there is none
     * @param done called last, once, whatever happened
     */
    final <I, T> void submit(StageEngine<I, T> stage, I item, Consumer<Staged<T>> next, Runnable done) {
        submit(stage, item, () -> true, next, done);
    }

    /** As above. @param inTime false: the item is not to be worked on any more, and the run ends {@link #late}; asked under a queue's lock */
    final <I, T> void submit(StageEngine<I, T> stage, I item, BooleanSupplier inTime, Consumer<Staged<T>> next, Runnable done) {
        Optional<ItemTrace> span = trace.item(stage.stage());
        CompletableFuture<Staged<T>> future;
        try {
            future = stage.submit(item, owner(inTime, span));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            future = CompletableFuture.failedFuture(e);
        } catch (Throwable e) {
            future = CompletableFuture.failedFuture(e);
        }
        goOn(future, span, next, done);
    }

    /**
     * As above, for the stage that a record begins with: never waits for room. The thread that begins a record must poll in time and has those of other
     * partitions to begin; how many are begun is bounded by who begins them.
     */
    final <I, T> void submitFirst(StageEngine<I, T> stage, I item, BooleanSupplier inTime, Consumer<Staged<T>> next) {
        Optional<ItemTrace> span = trace.item(stage.stage());
        goOn(stage.submitAtOnce(item, owner(inTime, span)), span, next, () -> { });
    }

    private <T> void goOn(CompletableFuture<Staged<T>> future, Optional<ItemTrace> span, Consumer<Staged<T>> next, Runnable done) {
        future.whenComplete((staged, error) -> {
            span.ifPresent(traced -> RunTrace.ended(traced, staged, error));
            try {
                if (error instanceof CancellationException && wanted()) {
                    late(error);
                } else if (error != null) {
                    fail(error);
                } else {
                    go(next, staged);
                }
            } catch (Throwable e) {
                fail(e);
            } finally {
                done.run();
            }
        });
    }

    private ItemOwner owner(BooleanSupplier inTime, Optional<ItemTrace> span) {
        return new ItemOwner() {
            @Override
            public boolean wants() {
                return wanted() && inTime.getAsBoolean();
            }

            @Override
            public String requestId() {
                return StagedRun.this.requestId();
            }

            @Override
            public Optional<ItemTrace> trace() {
                return span;
            }
        };
    }

    /** The id that the outcome will have, as far as it is known yet. */
    String requestId() {
        return RecordPlace.idOrPlace(input);
    }

    /** A step that throws is our mistake, brought out by this record: it would come up again whenever the record is read again. */
    private <T> void go(Consumer<Staged<T>> next, Staged<T> staged) {
        try {
            next.accept(staged);
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue(LogKeys.REQUEST_ID, requestId()).setCause(e).log("{}: unexpected failure", RecordPlace.of(input));
            refuse(ErrorCode.UNKNOWN, "unexpected " + e);
        }
    }

    /** What was wrong with the record, for its span; empty: nothing. */
    abstract Optional<String> problem(O value);

    /** Ends the run with an outcome that says why the record could not be processed. */
    abstract void refuse(ErrorCode code, String message);
}
