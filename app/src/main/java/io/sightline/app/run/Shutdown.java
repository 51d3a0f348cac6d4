package io.sightline.app.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a service process up until SIGTERM, SIGINT or the failure of a part, then closes its parts, the last opened first. The closing
 * happens in the JVM's shutdown hook for a signal, on the main thread for a failure.
 */
public final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CountDownLatch ending = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread hook = new Thread(this::signalled, "sightline-shutdown");

    public Shutdown() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** To be closed at the end, before what was added earlier. */
    public synchronized <T extends AutoCloseable> T closes(T part) {
        parts.push(part);
        return part;
    }

    /** A part has failed for good: the process ends with status 1. */
    public void failed(Throwable reason) {
        if (failure.compareAndSet(null, reason)) {
            LOG.error("giving up: {}", reason.toString(), reason);
        }
        ending.countDown();
    }

    /** Waits for the end. @return the exit status where a part failed; on a signal this does not return, the JVM ends */
    public int await() throws InterruptedException {
        ending.await();
        closeAll();
        return 1;
    }

    private void signalled() {
        if (isEmpty()) {
            return; // ended by itself, and said why
        }
        LOG.info("stopping");
        closeAll();
        LOG.info("stopped");
    }

    private synchronized boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Also for a start that did not come to its end. */
    public synchronized void closeAll() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} was not closed cleanly: {}", part.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
