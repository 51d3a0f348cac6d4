package io.sightline.processors.stage;

import io.opentelemetry.api.trace.Span;
import io.sightline.processors.tracer.StageMeter;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.LogKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

    private final String stage;
    private final BatchQueue<I, O> queue;
    private final BatchFunction<I, O> function;
    private final StageMeter meter;
    private long warnedNs = System.nanoTime() - WARN_EVERY_NS;

    Lane(String stage, BatchQueue<I, O> queue, BatchFunction<I, O> function, StageMeter meter) {
        this.stage = stage;
        this.queue = queue;
        this.function = function;
        this.meter = meter;
    }

    /**
     * Returns when the queue is closed and drained.
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
            if (!taken.batch().isEmpty()) {
                workOn(taken.batch());
            }
        }
    }

    private void workOn(List<QueuedItem<I, O>> batch) {
        try {
            run(batch);
        } catch (InterruptedException e) {
            // The stage's time to drain is over: nothing is known about these items, which is not their fault.
            batch.forEach(item -> item.future().completeExceptionally(new StageClosedException(stage)));
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            StageBrokenException broken = new StageBrokenException(stage, e);
            batch.forEach(item -> item.future().completeExceptionally(broken));
            throw broken;
        }
    }

    /** Runs the function; a batch that fails is halved until the guilty item is alone: at most 2n - 1 calls for n items. */
    private void run(List<QueuedItem<I, O>> batch) throws InterruptedException {
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
            if (batch.size() == 1) {
                LOG.atDebug().addKeyValue(LogKeys.REQUEST_ID, batch.get(0).owner().requestId()).setCause(e).log("Stage {}: an item failed", stage);
                deliver(batch, List.of(StageResult.rejected(ErrorCode.INFERENCE, stage + ": " + reason(e))), clock);
            } else {
                meter.busy(clock.totalNs());
                run(batch.subList(0, batch.size() / 2));
                run(batch.subList(batch.size() / 2, batch.size()));
            }
            return;
        }
        clock.end();
        if (results.stream().anyMatch(StageResult.Again.class::isInstance)) {
            deliverSome(batch, results, clock);
        } else {
            deliver(batch, results, clock);
        }
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
