package io.sightline.processors.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Functions that can die, as a session on a GPU does: a dead one fails on everything until another takes its place. "bad" fails alone, "lethal" kills the
 * function it is given to, "once" fails the first time; each other item is answered "item!". Batches are held up until {@code gate} opens; one that was
 * meets a function that still lives.
 */
final class MortalFunction implements BatchFunctionFactory<String, String> {
    /** So many functions, those made first, are dead. */
    volatile int dead;
    /** A lane gets none any more. */
    volatile boolean refusing;
    final CountDownLatch began = new CountDownLatch(1);
    final CountDownLatch gate = new CountDownLatch(1);
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger proofs = new AtomicInteger();
    final Queue<List<String>> calls = new ConcurrentLinkedQueue<>();
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();

    @Override
    public BatchFunction<String, String> open(int lane) {
        if (refusing) {
            throw new IllegalStateException("no device any more");
        }
        return new Mortal(opened.incrementAndGet());
    }

    private final class Mortal implements BatchFunction<String, String> {
        private final int number;
        private boolean killed;

        private Mortal(int number) {
            this.number = number;
        }

        @Override
        public List<StageResult<String>> apply(List<String> items, BatchClock clock) throws Exception {
            boolean held = gate.getCount() > 0;
            began.countDown();
            if (!gate.await(90, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test never opened the gate");
            }
            calls.add(List.copyOf(items));
            if (!held) {
                check();
            }
            List<StageResult<String>> results = new ArrayList<>();
            for (String item : items) {
                if (item.startsWith("bad") || item.startsWith("once") && failedOnce.add(item)) {
                    throw new IllegalArgumentException("can't digest '" + item + "'");
                }
                if (item.equals("lethal")) {
                    killed = true;
                    check();
                }
                results.add(StageResult.accepted(item + "!"));
            }
            return results;
        }

        @Override
        public void prove() {
            proofs.incrementAndGet();
            check();
        }

        private void check() {
            if (killed || number <= dead) {
                throw new IllegalStateException("CUDA failure 719: unspecified launch failure");
            }
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
