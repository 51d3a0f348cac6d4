package io.sightline.connectors.bridge.fetch;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.SplitHttpResponse;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.sightline.connectors.bridge.call.BodyCollector;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.InvalidRequestException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Fetches pictures from allowed hosts. A name is resolved once, all of its addresses must be allowed, and one of those very addresses is
 * connected to, so that a name can't change its mind in between. Redirects are not followed. Bounded: fetches at once, time, bytes (each picture's
 * and those of the common budget). Thread-safe; nothing blocks but resolving, on the executor given.
 */
public final class ImageFetcher implements AutoCloseable {
    private final FetchSettings settings;
    private final int maxBytes;
    private final Predicate<InetAddress> allowed;
    private final ClientFactory clients;
    private final AtomicInteger inFlight = new AtomicInteger();

    public ImageFetcher(FetchSettings settings, int maxBytes) {
        this(settings, maxBytes, PublicAddresses::isPublic);
    }

    /** @param allowed which addresses may be connected to */
    public ImageFetcher(FetchSettings settings, int maxBytes, Predicate<InetAddress> allowed) {
        this.settings = settings;
        this.maxBytes = maxBytes;
        this.allowed = allowed;
        this.clients = ClientFactory.builder().connectTimeoutMillis(settings.timeoutMs()).build();
    }

    public boolean isEnabled() {
        return settings.enabled();
    }

    /**
     * Where it is fetched and worked on.
     *
     * @param budget the picture counts against it until the work is done
     * @param loop where the work begins
     * @param blocking where names are resolved
     */
    public record Place(ByteBudget budget, EventExecutor loop, Executor blocking) {
    }

    /**
     * Fetches a picture and does something with it. Cancelling what is returned gives up whichever is going on.
     *
     * @param work with the picture's bytes, on the loop
     * @throws InvalidRequestException where that URL is not to be fetched
     * @throws HttpProblem 503 where too many are fetched already
     */
    public <R> CompletableFuture<R> with(String url, Place place, Function<byte[], CompletableFuture<R>> work) {
        ImageUrl where = ImageUrl.of(url, settings);
        if (inFlight.incrementAndGet() > settings.maxInFlight()) {
            inFlight.decrementAndGet();
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.OVERLOADED, "overloaded: " + settings.maxInFlight() + " pictures are being fetched (expected: fewer; try again later)");
        }
        CompletableFuture<R> done = new CompletableFuture<>();
        BodyCollector collector = new BodyCollector("image_url", maxBytes, -1, place.budget(), settings.timeoutMs(), place.loop());
        CompletableFuture<byte[]> fetched = new CompletableFuture<>();
        ScheduledFuture<?> timeout = place.loop().schedule(() -> {
            fetched.completeExceptionally(timedOut());
        }, settings.timeoutMs(), TimeUnit.MILLISECONDS);
        fetched.whenComplete((bytes, error) -> {
            timeout.cancel(false);
            inFlight.decrementAndGet();
        });
        done.whenComplete((result, error) -> {
            fetched.cancel(false); // no effect where the picture is there
            collector.release();
        });
        CompletableFuture.supplyAsync(() -> resolve(where.host()), place.blocking()).thenCompose(address -> get(where, address, collector, fetched)).whenComplete((bytes, error) -> {
            if (error == null) {
                fetched.complete(bytes);
            } else {
                fetched.completeExceptionally(told(error));
            }
        });
        fetched.whenCompleteAsync((bytes, error) -> {
            if (error != null) {
                done.completeExceptionally(error);
            } else if (!done.isDone()) {
                forward(work, bytes, done);
            }
        }, place.loop());
        return done;
    }

    private static <R> void forward(Function<byte[], CompletableFuture<R>> work, byte[] bytes, CompletableFuture<R> done) {
        try {
            CompletableFuture<R> result = work.apply(bytes);
            result.whenComplete((value, error) -> {
                if (error == null) {
                    done.complete(value);
                } else {
                    done.completeExceptionally(error);
                }
            });
            done.whenComplete((value, error) -> result.cancel(false));
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    private InetAddress resolve(String host) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new InvalidRequestException("image_url: host '" + host + "' has no address (expected: a host that can be found)");
        }
        for (InetAddress address : addresses) {
            if (!allowed.test(address)) {
                throw new InvalidRequestException("image_url: host '" + host + "' has an address that is not public (expected: only public ones)");
            }
        }
        return addresses[0];
    }

    private CompletableFuture<byte[]> get(ImageUrl where, InetAddress address, BodyCollector collector, CompletableFuture<byte[]> fetched) {
        if (fetched.isDone()) {
            return fetched; // nobody waits any more
        }
        Endpoint endpoint = Endpoint.of(where.host(), where.port()).withInetAddress(address);
        WebClient client = WebClient.builder(where.https() ? SessionProtocol.H1 : SessionProtocol.H1C, endpoint).factory(clients)
                .responseTimeoutMillis(settings.timeoutMs()).maxResponseLength(maxBytes + 1L).build();
        HttpResponse response = client.execute(RequestHeaders.builder(HttpMethod.GET, where.target()).set(HttpHeaderNames.ACCEPT, "image/jpeg, image/png").set(HttpHeaderNames.USER_AGENT, "sightline").build());
        fetched.whenComplete((bytes, error) -> {
            if (error != null) {
                response.abort();
            }
        });
        SplitHttpResponse split = response.split();
        return split.headers().thenCompose(headers -> collector.collect(split.body(), checked(headers)));
    }

    /** @return the length announced; -1: none */
    private static long checked(ResponseHeaders headers) {
        if (headers.status().equals(HttpStatus.OK)) {
            return headers.getLong(HttpHeaderNames.CONTENT_LENGTH, -1);
        }
        throw new InvalidRequestException("image_url: answered with HTTP " + headers.status().code() + " (expected: 200; redirects are not followed)");
    }

    private HttpProblem timedOut() {
        return new HttpProblem(HttpStatus.GATEWAY_TIMEOUT, ErrorCode.TIMEOUT, "image_url: not there within " + settings.timeoutMs() + " ms (expected: the picture in that time)");
    }

    private Throwable told(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof com.linecorp.armeria.client.ResponseTimeoutException || cause instanceof HttpProblem problem && problem.status().equals(HttpStatus.REQUEST_TIMEOUT)) {
            return timedOut();
        }
        return cause instanceof HttpProblem || cause instanceof InvalidRequestException ? cause
                : new InvalidRequestException("image_url: can't be fetched (" + cause.getClass().getSimpleName() + ") (expected: a server that answers)");
    }

    /** Fetches going on. */
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void close() {
        clients.closeAsync();
    }
}
