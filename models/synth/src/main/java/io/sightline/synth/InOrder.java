package io.sightline.synth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Makes items on all processors and hands them over in order, on the caller's thread. */
final class InOrder {
    /** Items made ahead of the one being handed over. */
    private static final int WINDOW = 64;

    interface Sink<T> {
        void accept(int index, T item) throws IOException;
    }

    private InOrder() {
    }

    static <T> void make(int count, IntFunction<T> maker, Sink<T> sink) {
        ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        Deque<Future<T>> pending = new ArrayDeque<>();
        int submitted = 0;
        try {
            for (int i = 0; i < count; i++) {
                while (submitted < count && pending.size() < WINDOW) {
                    int index = submitted++;
                    pending.add(workers.submit(() -> maker.apply(index)));
                }
                sink.accept(i, pending.remove().get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a picture could not be drawn: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while drawing", e);
        } finally {
            workers.shutdownNow();
        }
    }
}
