package io.sightline.processors.stage;

import io.opentelemetry.api.trace.Span;
import io.sightline.processors.tracer.StageMeter;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.LogKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a lane's thread does: takes batches, runs the lane's function on them, hands the results on. All of it on that one thread,
 * the callbacks of the items' futures included: where the stage after is full they wait, which is what slows this stage down too.
 */
final class Lane<I, O> {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** Pause before an item is tried again: doubles each time. */
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LAST_PAUSE_MS = 2_000;
    private static final long WARN_EVERY_NS = TimeUnit.SECONDS.toNanos(10);
    /** How often a batch is tried again as it is because its function had to be made anew. An item that breaks it each time is to blame after all. */
    private static final int MOST_REPAIRS = 3;

    /** @param clock of the call that failed */
    private record Failure(Throwable cause, BatchClock clock) {
    }

    private final String stage;
    private final BatchQueue<I, O> queue;
    private final LaneFunction<I, O> function;
    private final LaneRepair repair;
    private final StageMeter meter;
    /** Of the batch in hand. */
    private int repairs;
    private long warnedNs = System.nanoTime() - WARN_EVERY_NS;

    Lane(String stage, BatchQueue<I, O> queue, LaneFunction<I, O> function, LaneRepair repair, StageMeter meter) {
        this.stage = stage;
        this.queue = queue;
        this.function = function;
        this.repair = repair;
        this.meter = meter;
    }

    /**
     * Returns when the queue is closed and drained, or closed while the function was made anew.
     *
     * @throws StageBrokenException nothing more can be done here; the batch in hand has been failed
     */
    void work() {
        while (true) {
            BatchQueue.Taken<I, O> taken;
            try {
                taken = queue.take();
            } catch (InterruptedException e) {
                return;
            }
            if (taken.batch().isEmpty() && taken.skipped().isEmpty()) {
                return;
            }
            taken.skipped().forEach(item -> item.future().cancel(false));
            meter.skipped(taken.skipped().size());
            if (!taken.batch().isEmpty() && !workOn(taken.batch())) {
                return;
            }
        }
    }

    /** False: the stage was closed while the function did not work. */
    private boolean workOn(List<QueuedItem<I, O>> batch) {
        repairs = 0;
        try {
            run(batch, false);
        } catch (InterruptedException e) {
            // The stage's time to drain is over: nothing is known about these items, which is not their fault.
            batch.forEach(item -> item.future().completeExceptionally(new StageClosedException(stage)));
            Thread.currentThread().interrupt();
        } catch (StageClosedException e) {
            batch.forEach(item -> item.future().completeExceptionally(e));
            return false;
        } catch (Throwable e) {
            StageBrokenException broken = e instanceof StageBrokenException known ? known : new StageBrokenException(stage, e);
            batch.forEach(item -> item.future().completeExceptionally(broken));
            throw broken;
        }
        return true;
    }

    /**
     * Runs the function; a batch that fails is halved until the guilty item is alone. Nobody is blamed but an item that has failed twice, alone the
     * second time, with a function that was seen to work after each: at most 2n calls for n items, and as many proofs.
     *
     * @param failed the items have failed before, in a larger batch or alone
     */
    private void run(List<QueuedItem<I, O>> batch, boolean failed) throws InterruptedException {
        Optional<Failure> failure = attempt(batch);
        while (failure.isPresent() && !repair.worked(batch) && ++repairs <= MOST_REPAIRS) {
            meter.busy(failure.get().clock().totalNs());
            failure = attempt(batch);
        }
        if (failure.isEmpty()) {
            return;
        }
        if (failed && batch.size() == 1) {
            reject(batch, failure.get());
            return;
        }
        meter.busy(failure.get().clock().totalNs());
        if (batch.size() == 1) {
            run(batch, true);
        } else {
            run(batch.subList(0, batch.size() / 2), true);
            run(batch.subList(batch.size() / 2, batch.size()), true);
        }
    }

    private void reject(List<QueuedItem<I, O>> one, Failure failure) {
        LOG.atDebug().addKeyValue(LogKeys.REQUEST_ID, one.get(0).owner().requestId()).setCause(failure.cause()).log("Stage {}: an item failed", stage);
        deliver(one, List.of(StageResult.rejected(ErrorCode.INFERENCE, stage + ": " + reason(failure.cause()))), failure.clock());
    }

    /** Runs the function and hands the results on. Empty where there are some. */
    private Optional<Failure> attempt(List<QueuedItem<I, O>> batch) throws InterruptedException {
        List<I> items = new ArrayList<>(batch.size());
        batch.forEach(item -> items.add(item.item()));
        Span span = BatchTrace.begin(stage, batch);
        BatchClock clock = new BatchClock();
        List<StageResult<O>> results;
        try {
            results = checked(function.apply(items, clock), batch.size());
            BatchTrace.end(span, null);
        } catch (VirtualMachineError | LinkageError | InterruptedException e) {
            BatchTrace.end(span, e);
            throw e;
        } catch (Throwable e) {
            clock.end();
            BatchTrace.end(span, e);
            return Optional.of(new Failure(e, clock));
        }
        clock.end();
        if (results.stream().anyMatch(StageResult.Again.class::isInstance)) {
            deliverSome(batch, results, clock);
        } else {
            deliver(batch, results, clock);
        }
        return Optional.empty();
    }

    private void deliverSome(List<QueuedItem<I, O>> batch, List<StageResult<O>> results, BatchClock clock) {
        List<QueuedItem<I, O>> done = new ArrayList<>();
        List<StageResult<O>> known = new ArrayList<>();
        List<QueuedItem<I, O>> again = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (results.get(i) instanceof StageResult.Again<O> reason) {
                again.add(batch.get(i));
                warn(reason.reason());
            } else {
                done.add(batch.get(i));
                known.add(results.get(i));
            }
        }
        postpone(again);
        if (done.isEmpty()) {
            meter.busy(clock.totalNs());
        } else {
            deliver(done, known, clock);
        }
    }

    private void postpone(List<QueuedItem<I, O>> again) {
        int tries = again.stream().mapToInt(QueuedItem::tries).min().orElse(0);
        long pauseMs = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(tries, 10));
        if (!queue.postpone(again, TimeUnit.MILLISECONDS.toNanos(pauseMs))) {
            again.forEach(item -> item.future().completeExceptionally(new StageClosedException(stage)));
        }
    }

    private void warn(String reason) {
        if (System.nanoTime() - warnedNs >= WARN_EVERY_NS) {
            warnedNs = System.nanoTime();
            LOG.warn("Stage {}: items wait and are tried again: {}", stage, reason);
        }
    }

    private List<StageResult<O>> checked(List<StageResult<O>> results, int expected) {
        // Not List.contains: immutable lists throw when asked for null.
        boolean holes = results != null && results.stream().anyMatch(Objects::isNull);
        if (results == null || results.size() != expected || holes) {
            String seen = results == null ? "no list" : results.size() + " results" + (holes ? ", one of them null," : "");
            if (results != null) {
                results.forEach(Lane::discard);
            }
            throw new IllegalStateException(seen + " for a batch of " + expected + " (expected: " + expected + ")");
        }
        return results;
    }

    private void deliver(List<QueuedItem<I, O>> batch, List<StageResult<O>> results, BatchClock clock) {
        long[] inNs = new long[batch.size()];
        long[] countedNs = new long[batch.size()];
        int counted = 0;
        int errors = 0;
        for (int i = 0; i < inNs.length; i++) {
            inNs[i] = Math.max(0, clock.startNs() - batch.get(i).enqueuedNs());
            if (batch.get(i).owner().counts()) {
                countedNs[counted++] = inNs[i];
                errors += results.get(i) instanceof StageResult.Rejected ? 1 : 0;
            }
        }
        // Before the results are handed on: whoever has a result finds it counted.
        if (counted > 0) {
            meter.batch(counted == inNs.length ? inNs : Arrays.copyOf(countedNs, counted), clock.prepNs(), clock.midpNs(), clock.postpNs(), errors);
        }
        meter.busy(clock.totalNs());
        long outNs = 0;
        long endNs = System.nanoTime();
        for (int i = 0; i < inNs.length; i++) {
            StageTiming timing = new StageTiming(inNs[i], clock.prepNs(), clock.midpNs(), clock.postpNs(), inNs.length);
            if (!batch.get(i).future().complete(new Staged<>(results.get(i), timing))) {
                discard(results.get(i));
            }
            outNs += System.nanoTime() - endNs;
        }
        meter.out(outNs);
    }

    /** Frees a value that reaches nobody: a decoded picture lies in memory that the garbage collector does not see. */
    private static void discard(StageResult<?> result) {
        if (result instanceof StageResult.Accepted<?> accepted && accepted.value() instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("Can't free the result of a cancelled item", e);
            }
        }
    }

    private static String reason(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
