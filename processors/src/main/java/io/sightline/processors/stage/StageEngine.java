package io.sightline.processors.stage;

import io.sightline.processors.tracer.StageMeter;
import io.sightline.processors.tracer.StageState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stage: a bounded queue, from which lanes take batches. Any thread submits. Each lane is one thread,
 * {@code sightline-<stage>-<n>}, that owns one {@link BatchFunction}.
 *
 * <p>A batch is closed at {@code maxBatch} items or {@code maxDelayMs} after its oldest item came, whichever is first; while all lanes
 * are busy items gather anyway. Without a delay, what waits is shared out among the lanes that are idle. An item that makes its batch fail is found by halving the batch and is rejected with
 * {@link io.sightline.schemas.ErrorCode#INFERENCE}; its neighbours get their results. An error that the JVM may not survive
 * (VirtualMachineError, LinkageError) breaks the stage: what waits, and whatever is submitted later, fails with
 * {@link StageBrokenException}.
 *
 * <p>An item whose function says {@link StageResult.Again} goes back to the queue and is tried again, after 50 ms first and 2 s at most,
 * for as long as somebody wants it; other items pass it. Closing the stage ends that at once.
 *
 * <p>Futures complete on the lane's thread: what hangs on them has to be short, or wait only for a later stage's queue.
 *
 * @param <I> item
 * @param <O> value of an item
 */
public final class StageEngine<I, O> implements StageState, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageEngine.class);
    /** Longest time {@link #close()} gives the lanes to finish what waits. */
    private static final long DRAIN_LIMIT_MS = 30_000;

    private final String stage;
    private final BatchQueue<I, O> queue;
    private final StageMeter meter;
    private final long drainLimitMs;
    private final List<Thread> threads = new ArrayList<>();
    private volatile StageBrokenException broken;

    private StageEngine(String stage, StageSettings settings, StageMeter meter, long drainLimitMs) {
        this.stage = stage;
        this.queue = new BatchQueue<>(settings.queueCapacity(), BatchRule.of(settings));
        this.meter = meter;
        this.drainLimitMs = drainLimitMs;
    }

    /**
     * Starts a stage and waits until each lane has its function.
     *
     * @param stage names the threads and the meter
     * @param meter counts; of this engine alone
     * @throws StageStartException where a function can't be made: the lanes already started are closed again
     */
    public static <I, O> StageEngine<I, O> start(String stage, StageSettings settings, BatchFunctionFactory<I, O> factory, StageMeter meter) {
        return start(stage, settings, factory, meter, DRAIN_LIMIT_MS);
    }

    static <I, O> StageEngine<I, O> start(String stage, StageSettings settings, BatchFunctionFactory<I, O> factory, StageMeter meter, long drainLimitMs) {
        StageEngine<I, O> engine = new StageEngine<>(stage, settings, meter, drainLimitMs);
        int lanes = settings.lanesOr(Runtime.getRuntime().availableProcessors());
        engine.startLanes(lanes, factory);
        meter.attach(engine, settings.queueCapacity(), lanes);
        return engine;
    }

    private void startLanes(int lanes, BatchFunctionFactory<I, O> factory) {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            int number = lane;
            CompletableFuture<Void> ready = new CompletableFuture<>();
            Thread thread = new Thread(() -> runLane(number, factory, ready), "sightline-" + stage + "-" + number);
            thread.setDaemon(true);
            threads.add(thread);
            started.add(ready);
            thread.start();
        }
        try {
            for (CompletableFuture<Void> ready : started) {
                ready.get();
            }
        } catch (ExecutionException e) {
            close();
            throw new StageStartException(stage, e.getCause());
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new StageStartException(stage, e);
        }
    }

    private void runLane(int number, BatchFunctionFactory<I, O> factory, CompletableFuture<Void> ready) {
        BatchFunction<I, O> function;
        try {
            function = factory.open(number);
        } catch (Throwable e) {
            ready.completeExceptionally(e);
            return;
        }
        try {
            ready.complete(null);
            new Lane<>(stage, queue, function, meter).work();
        } catch (Throwable e) {
            breakDown(e);
        } finally {
            closeQuietly(function);
        }
    }

    private void breakDown(Throwable e) {
        StageBrokenException cause = e instanceof StageBrokenException known ? known : new StageBrokenException(stage, e);
        broken = cause;
        LOG.error("Stage {} is broken and takes no more items", stage, cause);
        queue.abandon().forEach(item -> item.future().completeExceptionally(cause));
    }

    private void closeQuietly(BatchFunction<I, O> function) {
        try {
            function.close();
        } catch (RuntimeException e) {
            LOG.warn("Stage {}: a lane's function failed to close", stage, e);
        }
    }

    /**
     * Queues an item; waits while the queue is full. The future is cancelled, without the item costing anything, where it is cancelled
     * before its batch is made; it completes exceptionally with {@link StageClosedException} or {@link StageBrokenException} where
     * the stage takes no more.
     *
     * @throws InterruptedException while waiting; the item was not taken
     */
    public CompletableFuture<Staged<O>> submit(I item) throws InterruptedException {
        return submit(item, () -> true);
    }

    /** As {@link #submit(Object)}. @param wanted see {@link ItemOwner#wants} */
    public CompletableFuture<Staged<O>> submit(I item, BooleanSupplier wanted) throws InterruptedException {
        return submit(item, ItemOwner.of(wanted));
    }

    /** As {@link #submit(Object)}. */
    public CompletableFuture<Staged<O>> submit(I item, ItemOwner owner) throws InterruptedException {
        QueuedItem<I, O> queued = new QueuedItem<>(item, owner, new CompletableFuture<>(), System.nanoTime());
        return queued(queued, queue.put(queued));
    }

    /** As {@link #submit(Object)}, but never waits: the queue takes the item even if it is full. For callers who bound what they submit themselves. */
    public CompletableFuture<Staged<O>> submitAtOnce(I item, ItemOwner owner) {
        QueuedItem<I, O> queued = new QueuedItem<>(item, owner, new CompletableFuture<>(), System.nanoTime());
        return queued(queued, queue.putAtOnce(queued));
    }

    private CompletableFuture<Staged<O>> queued(QueuedItem<I, O> item, boolean taken) {
        if (!taken) {
            item.future().completeExceptionally(broken != null ? broken : new StageClosedException(stage));
        }
        return item.future();
    }

    public String stage() {
        return stage;
    }

    @Override
    public int queueSize() {
        return queue.size();
    }

    @Override
    public long oldestWaitNs() {
        return queue.oldestWaitNs();
    }

    @Override
    public int lanesAlive() {
        return (int) threads.stream().filter(Thread::isAlive).count();
    }

    /** False once the stage is broken: the process should end. */
    public boolean healthy() {
        return broken == null;
    }

    /**
     * Takes no more items, lets the lanes finish what waits (30 seconds at most, then it fails with {@link StageClosedException}; items
     * that wait to be tried again fail at once), and closes the lanes' functions. Harmless when closed already.
     */
    @Override
    public void close() {
        queue.close().forEach(item -> item.future().completeExceptionally(new StageClosedException(stage)));
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainLimitMs);
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
                if (thread != Thread.currentThread() && leftMs > 0) {
                    thread.join(leftMs);
                }
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        List<QueuedItem<I, O>> abandoned = queue.abandon();
        if (!abandoned.isEmpty()) {
            LOG.error("Stage {}: closed with {} items undone", stage, abandoned.size());
            abandoned.forEach(item -> item.future().completeExceptionally(new StageClosedException(stage)));
        }
        threads.stream().filter(thread -> thread != Thread.currentThread()).forEach(Thread::interrupt);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
