package io.sightline.schemas.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a registry until it answers: each question again and again with back-off, from 100 ms to 5 s, for ever; the same question once at a time.
 * Owns a thread, {@code schema-registry}, the only one that waits for the registry. Thread-safe.
 *
 * <p>An answer is a normal end of the question's attempt, or a {@link SerializationException}: what is asked for does not exist. All else is
 * trouble: logged when it begins or changes and once a minute, and told by {@link #trouble()} for as long as somebody waits.
 *
 * <p>Bounded by those who wait: a question is forgotten once it is answered, and each record on its way asks one at most.
 */
final class RegistryLookups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryLookups.class);
    private static final long FIRST_MS = 100;
    private static final long LAST_MS = 5_000;
    /** How long a caller that may block waits for an answer. */
    private static final long PATIENCE_MS = 1_000;
    /** One sentence each; more would say nothing new. */
    private static final int MAX_TOLD = 3;
    private static final long TELL_AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

    private final Map<Object, Lookup> pending = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "schema-registry");
        daemon.setDaemon(true);
        return daemon;
    });
    /** The kind of trouble that the log tells of; the thread's own, as is when it was told. */
    private String told = "";
    private long toldNs;

    /**
     * Asks, or joins those who ask the same.
     *
     * @param what the question, for messages
     * @param attempt keeps the answer where the asker finds it; called on the registry's thread
     */
    CompletableFuture<Void> ask(Object question, String what, Runnable attempt) {
        return pending.computeIfAbsent(question, q -> new Lookup(question, what, attempt)).begin();
    }

    /**
     * Asks, and waits for the answer a second at most.
     *
     * @throws SerializationException what is asked for does not exist
     * @throws RegistryUnavailableException there is no answer yet; it is asked for in the background
     */
    void await(Object question, String what, Runnable attempt) {
        CompletableFuture<Void> answer = ask(question, what, attempt);
        try {
            answer.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            Lookup lookup = pending.get(question);
            RuntimeException failure = lookup == null ? null : lookup.failure;
            throw new RegistryUnavailableException(failure == null ? what + ": no answer in " + PATIENCE_MS + " ms (expected: one)" : failure.getMessage(), failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException(what + ": interrupted while waiting for the schema registry", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SerializationException answered) {
                throw answered;
            }
            throw new RegistryUnavailableException(what + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    Optional<String> trouble() {
        List<String> troubles = pending.values().stream().filter(lookup -> lookup.failure != null).map(lookup -> lookup.what + ": " + lookup.failure.getMessage()).sorted().limit(MAX_TOLD).toList();
        return troubles.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", troubles));
    }

    private final class Lookup implements Runnable {
        private final Object question;
        private final String what;
        private final Runnable attempt;
        private final CompletableFuture<Void> answer = new CompletableFuture<>();
        private boolean begun;
        private long nextMs = FIRST_MS;
        /** The last attempt's; null: none has failed. */
        private volatile RuntimeException failure;

        Lookup(Object question, String what, Runnable attempt) {
            this.question = question;
            this.what = what;
            this.attempt = attempt;
        }

        synchronized CompletableFuture<Void> begin() {
            if (!begun) {
                begun = true;
                schedule(0);
            }
            return answer;
        }

        private void schedule(long delayMs) {
            try {
                thread.schedule(this, delayMs, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                abandon();
            }
        }

        @Override
        public void run() {
            try {
                attempt.run();
                end(null);
            } catch (SerializationException e) {
                end(e);
            } catch (RuntimeException e) {
                failure = e;
                tell(what, e, nextMs);
                schedule(nextMs);
                nextMs = Math.min(LAST_MS, nextMs * 2);
            } catch (Error e) {
                end(e);
                throw e;
            }
        }

        private void abandon() {
            pending.remove(question);
            answer.completeExceptionally(new RegistryUnavailableException(what + ": closed while asked (expected: an answer)", failure));
        }

        private void end(Throwable error) {
            pending.remove(question);
            if (failure != null && trouble().isEmpty()) {
                LOG.info("the schema registry answers again");
                told = "";
            }
            if (error == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(error);
            }
        }
    }

    private void tell(String what, RuntimeException failure, long againMs) {
        String text = failure.getClass().getSimpleName() + " " + failure.getMessage();
        // Many may wait for the same reason: it is told once.
        String reason = failure.getClass().getName();
        if (reason.equals(told) && System.nanoTime() - toldNs < TELL_AGAIN_NS) {
            LOG.debug("{}: {}", what, text);
            return;
        }
        told = reason;
        toldNs = System.nanoTime();
        if (failure instanceof AuthenticationException || failure instanceof AuthorizationException || failure instanceof RegistryException) {
            LOG.error("{}: the schema registry refuses ({}); nothing is given up, but the settings or the registry must be put right; again in {} ms", what, text, againMs);
        } else {
            LOG.warn("{}: the schema registry does not answer ({}); nothing is given up, again in {} ms", what, text, againMs);
        }
    }

    /** Those who still wait get a {@link RegistryUnavailableException}. */
    @Override
    public void close() {
        thread.shutdownNow();
        pending.values().forEach(Lookup::abandon);
    }
}
