package io.sightline.processors.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class BatchQueueTest {
    private static final long LONG_NS = TimeUnit.HOURS.toNanos(1);

    @Test
    void shouldGiveItemsInTheirOrderAndNoMoreThanABatch() throws Exception {
        // given
        BatchQueue<String, String> queue = queue(10, 3, 0);
        for (String name : List.of("a", "b", "c", "d")) {
            queue.put(item(name));
        }
        // when, then
        assertThat(names(queue.take().batch())).containsExactly("a", "b", "c");
        assertThat(names(queue.take().batch())).containsExactly("d");
        assertThat(queue.size()).isZero();
    }

    @Test
    void shouldFillTheBatchPastSkippedItems() throws Exception {
        // given two dead items among five
        BatchQueue<String, String> queue = queue(10, 3, 0);
        QueuedItem<String, String> cancelled = item("b");
        queue.put(item("a"));
        queue.put(cancelled);
        queue.put(new QueuedItem<>("c", ItemOwner.of(() -> false), new CompletableFuture<>(), System.nanoTime()));
        queue.put(item("d"));
        queue.put(item("e"));
        cancelled.future().cancel(false);
        // when
        BatchQueue.Taken<String, String> taken = queue.take();
        // then
        assertThat(names(taken.batch())).containsExactly("a", "d", "e");
        assertThat(names(taken.skipped())).containsExactly("b", "c");
    }

    @Test
    void shouldGiveSkippedItemsAloneWhenThereIsNothingElse() throws Exception {
        BatchQueue<String, String> queue = queue(10, 3, 0);
        QueuedItem<String, String> cancelled = item("a");
        cancelled.future().cancel(false);
        queue.put(cancelled);
        BatchQueue.Taken<String, String> taken = queue.take();
        assertThat(taken.batch()).isEmpty();
        assertThat(names(taken.skipped())).containsExactly("a");
    }

    @Test
    void shouldNotWaitForTheDelayOnceClosed() throws Exception {
        // given an item that has time for an hour
        BatchQueue<String, String> queue = queue(10, 3, LONG_NS);
        queue.put(item("a"));
        // when
        queue.close();
        // then
        assertThat(names(queue.take().batch())).containsExactly("a");
        assertThat(queue.take().batch()).isEmpty();
        assertThat(queue.put(item("late"))).isFalse();
    }

    @Test
    void shouldWakeALaneThatWaitsForItsBatchToFillWhenClosed() throws Exception {
        BatchQueue<String, String> queue = queue(10, 3, LONG_NS);
        queue.put(item("a"));
        CompletableFuture<List<String>> lane = new CompletableFuture<>();
        Thread thread = taker(queue, lane);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        queue.close();
        assertThat(lane.get()).containsExactly("a");
    }

    @Test
    void shouldWakeALaneWhenTheBatchIsFullWhileItWaits() throws Exception {
        // given a lane that waits for two more
        BatchQueue<String, String> queue = queue(10, 3, LONG_NS);
        queue.put(item("a"));
        CompletableFuture<List<String>> lane = new CompletableFuture<>();
        Thread thread = taker(queue, lane);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        // when
        queue.put(item("b"));
        queue.put(item("c"));
        // then
        assertThat(lane.get()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldGiveBackAllThatWaitsWhenAbandoned() throws Exception {
        BatchQueue<String, String> queue = queue(10, 3, 0);
        queue.put(item("a"));
        queue.put(item("b"));
        assertThat(names(queue.abandon())).containsExactly("a", "b");
        assertThat(queue.abandon()).isEmpty();
        assertThat(queue.put(item("late"))).isFalse();
    }

    @Test
    void shouldTakeExactlyItsCapacity() throws Exception {
        // given a full queue
        BatchQueue<String, String> queue = queue(2, 1, 0);
        queue.put(item("a"));
        queue.put(item("b"));
        AtomicBoolean in = new AtomicBoolean();
        Thread putter = new Thread(() -> {
            try {
                in.set(queue.put(item("one over")));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        // when
        putter.start();
        await().until(() -> putter.getState() == Thread.State.WAITING);
        // then
        assertThat(in).isFalse();
        assertThat(names(queue.take().batch())).containsExactly("a");
        putter.join();
        assertThat(in).isTrue();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void shouldLoseAndDoubleNothingWhenManyPutAndTake() throws Exception {
        // given three lanes and four putters on a small queue with a delay
        BatchQueue<Integer, Integer> queue = new BatchQueue<>(5, new BatchRule(3, 50_000));
        Queue<Integer> seen = new ConcurrentLinkedQueue<>();
        List<Thread> lanes = IntStream.range(0, 3).mapToObj(i -> new Thread(() -> {
            try {
                for (var taken = queue.take(); !taken.batch().isEmpty(); taken = queue.take()) {
                    taken.batch().forEach(item -> seen.add(item.item()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        })).toList();
        List<Thread> putters = IntStream.range(0, 4).mapToObj(p -> new Thread(() -> {
            try {
                for (int i = 0; i < 1000; i++) {
                    queue.put(new QueuedItem<>(p * 1000 + i, ItemOwner.of(() -> true), new CompletableFuture<>(), System.nanoTime()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        })).toList();
        // when
        lanes.forEach(Thread::start);
        putters.forEach(Thread::start);
        for (Thread putter : putters) {
            putter.join();
        }
        queue.close();
        for (Thread lane : lanes) {
            lane.join();
        }
        // then
        assertThat(seen).hasSize(4000).doesNotHaveDuplicates();
    }

    private static BatchQueue<String, String> queue(int capacity, int maxBatch, long delayNs) {
        return new BatchQueue<>(capacity, new BatchRule(maxBatch, delayNs));
    }

    private static QueuedItem<String, String> item(String name) {
        return new QueuedItem<>(name, ItemOwner.of(() -> true), new CompletableFuture<>(), System.nanoTime());
    }

    private static List<String> names(List<QueuedItem<String, String>> items) {
        return items.stream().map(QueuedItem::item).toList();
    }

    private static Thread taker(BatchQueue<String, String> queue, CompletableFuture<List<String>> result) {
        Thread thread = new Thread(() -> {
            try {
                result.complete(names(queue.take().batch()));
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        return thread;
    }
}
