package io.sightline.processors.gallery.redis;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The server, its pool of connections, and what is done when it fails: a call is tried again with back-off, a few times; after several
 * failures in a row a circuit breaker lets nothing through for a while, then one call on trial. Thread-safe. A call takes at most
 * {@code retry_attempts} times the time-outs, and the pauses between.
 */
final class RedisServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);

    private record Trouble(String reason, Instant since) {
    }

    private final RedisSettings settings;
    private final RedisClient client;
    private final CircuitBreaker breaker;
    private final AtomicReference<Trouble> trouble = new AtomicReference<>();

    RedisServer(RedisSettings settings, RedisProtocol protocol) {
        this.settings = settings;
        this.client = RedisConnections.open(settings, protocol);
        this.breaker = CircuitBreaker.of(settings.address(), CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.breakerFailures()).minimumNumberOfCalls(settings.breakerFailures()).failureRateThreshold(100)
                .waitDurationInOpenState(Duration.ofMillis(settings.breakerOpenMs())).permittedNumberOfCallsInHalfOpenState(1)
                .recordException(RedisServer::isDown).build());
        breaker.getEventPublisher().onStateTransition(event -> LOG.info("redis {}: circuit breaker {}", settings.address(), event.getStateTransition()));
    }

    private static boolean isDown(Throwable e) {
        return e instanceof JedisException && Fault.of(e).down();
    }

    /**
     * Calls the server. The action may be called several times.
     *
     * @throws IndexUnavailableException the server could not do it; says why
     */
    <T> T call(Function<RedisClient, T> action) {
        long pauseMs = settings.retryFirstMs();
        for (int attempt = 1;; attempt++) {
            try {
                T result = breaker.executeSupplier(() -> action.apply(client));
                cleared();
                return result;
            } catch (CallNotPermittedException e) {
                Trouble known = trouble.get();
                throw new IndexUnavailableException("redis " + settings.address() + ": left alone, circuit breaker " + breaker.getState()
                        + (known == null ? "" : "; " + told(known)), null);
            } catch (IndexUnavailableException e) {
                cleared(); // It has answered.
                throw e;
            } catch (JedisException e) {
                failed(e, attempt);
            }
            pause(pauseMs);
            pauseMs = Math.min(settings.retryLastMs(), pauseMs * 2);
        }
    }

    /** Throws unless the call is worth another try. */
    private void failed(JedisException e, int attempt) {
        Fault fault = Fault.of(e);
        if (fault.down()) {
            // Connections made before are most likely broken too.
            client.getPool().clear();
            Trouble now = new Trouble(fault.reason(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
            Trouble known = trouble.getAndUpdate(old -> old == null ? now : new Trouble(now.reason(), old.since()));
            if (known == null) {
                LOG.warn("redis {}: {}", settings.address(), fault.reason());
            }
        } else {
            cleared();
        }
        if (!fault.down() || attempt >= settings.retryAttempts()) {
            throw new IndexUnavailableException("redis " + settings.address() + ": " + fault.reason(), e);
        }
    }

    private void cleared() {
        if (trouble.get() != null && trouble.getAndSet(null) != null) {
            LOG.info("redis {}: answers again", settings.address());
        }
    }

    private void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IndexUnavailableException("redis " + settings.address() + ": interrupted while it was away", e);
        }
    }

    /** Why the server can't be asked now, since when, and what the circuit breaker does; empty where it can. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble.get())
                .map(known -> "redis " + settings.address() + ": " + told(known) + ", circuit breaker " + breaker.getState());
    }

    /** CLOSED, OPEN or HALF_OPEN. */
    String breaker() {
        return breaker.getState().name();
    }

    private static String told(Trouble known) {
        return known.reason() + " (since " + known.since() + ")";
    }

    @Override
    public void close() {
        client.close();
    }
}
