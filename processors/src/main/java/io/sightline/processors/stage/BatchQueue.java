package io.sightline.processors.stage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stage's bounded queue, from which its lanes take batches. Thread-safe. {@link #put} waits for room, {@link #take} for a batch;
 * both end when the queue is closed.
 */
final class BatchQueue<I, O> {
    /**
     * What a lane takes at once.
     *
     * @param skipped items nobody wants any more; they count towards no batch
     */
    record Taken<I, O>(List<QueuedItem<I, O>> batch, List<QueuedItem<I, O>> skipped) {
    }

    private final int capacity;
    private final BatchRule rule;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<QueuedItem<I, O>> items = new ArrayDeque<>();
    private boolean closed;

    BatchQueue(int capacity, BatchRule rule) {
        this.capacity = capacity;
        this.rule = rule;
    }

    /** Waits while the queue is full. False: the queue is closed, the item was not taken. */
    boolean put(QueuedItem<I, O> item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.size() >= capacity && !closed) {
                room.await();
            }
            if (closed) {
                return false;
            }
            items.add(item);
            // A lane that waits for its batch to fill has no use for the items between the first and the last.
            if (items.size() == 1 || items.size() >= rule.maxBatch()) {
                work.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is a batch, or something to skip. Both lists are empty when the queue is closed and drained. */
    Taken<I, O> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (items.isEmpty()) {
                    if (closed) {
                        return new Taken<>(List.of(), List.of());
                    }
                    work.await();
                    continue;
                }
                long waitNs = closed ? 0 : rule.waitNs(items.size(), items.peek().enqueuedNs(), System.nanoTime());
                if (waitNs <= 0) {
                    return poll();
                }
                work.awaitNanos(waitNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private Taken<I, O> poll() {
        List<QueuedItem<I, O>> batch = new ArrayList<>(Math.min(rule.maxBatch(), items.size()));
        List<QueuedItem<I, O>> skipped = new ArrayList<>(0);
        while (batch.size() < rule.maxBatch() && !items.isEmpty()) {
            QueuedItem<I, O> item = items.poll();
            (item.live() ? batch : skipped).add(item);
        }
        room.signalAll();
        if (!items.isEmpty()) {
            work.signal();
        }
        return new Taken<>(batch, skipped);
    }

    int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes and empties the queue. */
    List<QueuedItem<I, O>> abandon() {
        lock.lock();
        try {
            close();
            List<QueuedItem<I, O>> abandoned = new ArrayList<>(items);
            items.clear();
            return abandoned;
        } finally {
            lock.unlock();
        }
    }
}
