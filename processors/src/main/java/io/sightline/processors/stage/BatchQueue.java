package io.sightline.processors.stage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stage's bounded queue, from which its lanes take batches. Thread-safe. {@link #put} waits for room, {@link #take} for a batch;
 * both end when the queue is closed.
 * Items that can't be worked on now are {@link #postpone postponed}: they come to the head again after a pause and take up room meanwhile,
 * so that the stage before waits too; there are never more than the capacity and the lanes' batches together.
 */
final class BatchQueue<I, O> {
    /**
     * What a lane takes at once.
     *
     * @param skipped items nobody wants any more; they count towards no batch
     */
    record Taken<I, O>(List<QueuedItem<I, O>> batch, List<QueuedItem<I, O>> skipped) {
    }

    private record Postponed<I, O>(QueuedItem<I, O> item, long dueNs) {
    }

    private final int capacity;
    private final BatchRule rule;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<QueuedItem<I, O>> items = new ArrayDeque<>();
    private final PriorityQueue<Postponed<I, O>> postponed = new PriorityQueue<>((a, b) -> Long.signum(a.dueNs() - b.dueNs()));
    /** Lanes that wait because there is nothing to do. */
    private int idle;
    private boolean closed;

    BatchQueue(int capacity, BatchRule rule) {
        this.capacity = capacity;
        this.rule = rule;
    }

    /** Waits while the queue is full. False: the queue is closed, the item was not taken. */
    boolean put(QueuedItem<I, O> item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.size() + postponed.size() >= capacity && !closed) {
                room.await();
            }
            return add(item);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #put}, but at once, also where the queue is full. */
    boolean putAtOnce(QueuedItem<I, O> item) {
        lock.lock();
        try {
            return add(item);
        } finally {
            lock.unlock();
        }
    }

    private boolean add(QueuedItem<I, O> item) {
        if (closed) {
            return false;
        }
        items.add(item);
        // A lane that waits for its batch to fill has no use for the items between the first and the last.
        if (items.size() == 1 || items.size() >= rule.maxBatch()) {
            work.signal();
        }
        return true;
    }

    /** Waits until there is a batch, or something to skip. Both lists are empty when the queue is closed and drained. */
    Taken<I, O> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                takeBackDue();
                if (items.isEmpty()) {
                    if (closed) {
                        return new Taken<>(List.of(), List.of());
                    }
                    awaitWork();
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

    private void awaitWork() throws InterruptedException {
        idle++;
        try {
            if (postponed.isEmpty()) {
                work.await();
            } else {
                work.awaitNanos(postponed.peek().dueNs() - System.nanoTime());
            }
        } finally {
            idle--;
        }
    }

    private void takeBackDue() {
        List<QueuedItem<I, O>> due = new ArrayList<>(0);
        while (!postponed.isEmpty() && postponed.peek().dueNs() - System.nanoTime() <= 0) {
            due.add(postponed.poll().item());
        }
        for (int i = due.size() - 1; i >= 0; i--) {
            items.addFirst(due.get(i));
        }
    }

    /** Takes items back; they are given out again once that many nanoseconds have passed. False: the queue is closed, they were not taken. */
    boolean postpone(List<QueuedItem<I, O>> again, long waitNs) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            long dueNs = System.nanoTime() + waitNs;
            again.forEach(item -> postponed.add(new Postponed<>(item.again(), dueNs)));
            // A lane that waits for work has to wake in time for these.
            work.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Taken<I, O> poll() {
        int share = rule.share(items.size(), idle);
        List<QueuedItem<I, O>> batch = new ArrayList<>(share);
        List<QueuedItem<I, O>> skipped = new ArrayList<>(0);
        while (batch.size() < share && !items.isEmpty()) {
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
            return items.size() + postponed.size();
        } finally {
            lock.unlock();
        }
    }

    /** How long the item that came first of those waiting has waited, nanoseconds; 0 where none waits. */
    long oldestWaitNs() {
        lock.lock();
        try {
            long now = System.nanoTime();
            long oldest = items.isEmpty() ? 0 : now - items.peek().enqueuedNs();
            for (Postponed<I, O> later : postponed) {
                oldest = Math.max(oldest, now - later.item().enqueuedNs());
            }
            return oldest;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits can still be taken, but for postponed items, which nobody knows the end of: they are given back here. */
    List<QueuedItem<I, O>> close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            work.signalAll();
            List<QueuedItem<I, O>> undone = postponed.stream().map(Postponed::item).toList();
            postponed.clear();
            return undone;
        } finally {
            lock.unlock();
        }
    }

    /** Closes and empties the queue. */
    List<QueuedItem<I, O>> abandon() {
        lock.lock();
        try {
            List<QueuedItem<I, O>> abandoned = new ArrayList<>(close());
            abandoned.addAll(items);
            items.clear();
            return abandoned;
        } finally {
            lock.unlock();
        }
    }
}
