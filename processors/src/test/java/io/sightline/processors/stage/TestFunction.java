package io.sightline.processors.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers "item!" for each item; remembers its batches; can be held up and made to fail. */
final class TestFunction implements BatchFunction<String, String> {
    final Queue<List<String>> batches = new ConcurrentLinkedQueue<>();
    final Queue<String> threads = new ConcurrentLinkedQueue<>();
    final CountDownLatch began = new CountDownLatch(1);
    final AtomicBoolean closed = new AtomicBoolean();
    volatile CountDownLatch gate = new CountDownLatch(0);

    /** Held up in its first batch until {@code gate} opens. */
    static TestFunction held() {
        TestFunction function = new TestFunction();
        function.gate = new CountDownLatch(1);
        return function;
    }

    @Override
    public List<StageResult<String>> apply(List<String> items, BatchClock clock) throws Exception {
        batches.add(List.copyOf(items));
        threads.add(Thread.currentThread().getName());
        began.countDown();
        if (!gate.await(90, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the test never opened the gate");
        }
        clock.inference();
        List<StageResult<String>> results = new ArrayList<>();
        for (String item : items) {
            switch (item) {
                case "bad" -> throw new IllegalArgumentException("can't digest 'bad'");
                case "assert" -> throw new AssertionError("assertion");
                case "refused" -> results.add(StageResult.rejected(io.sightline.schemas.ErrorCode.BAD_INPUT, "refused"));
                case "short" -> { }
                case "null" -> results.add(null);
                case "memory" -> throw new OutOfMemoryError("made by the test");
                case "linkage" -> throw new UnsatisfiedLinkError("made by the test");
                default -> results.add(StageResult.accepted(item + "!"));
            }
        }
        clock.postprocessing();
        return results;
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
