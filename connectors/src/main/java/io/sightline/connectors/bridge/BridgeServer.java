package io.sightline.connectors.bridge;

import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.sightline.connectors.bridge.call.Admission;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.request.RequestLimits;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP in front of the topics: a call becomes a record on the requests topic, its result the answer (docs/openapi.yaml). Thread-safe;
 * works on Armeria's event loops, which nothing here blocks.
 *
 * <p>Bounds: requests in flight, bytes of bodies held, connections, sizes and times of {@link BridgeSettings}. Stop: {@link #close()}
 * first answers /readyz and new calls with 503 while calls in flight finish, then ends what the drain time has not, then the server.
 */
public final class BridgeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeServer.class);
    /** After the drain: time for answers to leave. */
    private static final Duration FLUSH = Duration.ofSeconds(2);

    private final Server server;
    private final Admission admission;
    private final BridgeSettings settings;
    private final int port;

    private BridgeServer(Server server, Admission admission, BridgeSettings settings, int port) {
        this.server = server;
        this.port = port;
        this.admission = admission;
        this.settings = settings;
    }

    /**
     * Starts to listen: connections are taken when this returns; calls, once Kafka and the checks are ready.
     *
     * @param replies carries the calls; stays the caller's to close, after this
     * @param catalogue what entries are looked up in; empty: they can't be. Stays the caller's to close, after this
     * @param known the models that this process's own worker runs, by pipeline; none where it has no worker
     * @param checks further components by name, shown by /readyz. Asked on event loops: they must not block. Calls are refused until
     *         all of them have been ready once; later only Kafka's readiness holds calls back
     * @throws BridgeException where the address is taken or not this machine's
     */
    public static BridgeServer start(BridgeSettings settings, RequestLimits limits, RequestReply replies, Optional<GalleryCatalogue> catalogue,
            Map<String, PipelineModels> known, Map<String, Supplier<Readiness>> checks) {
        return start(settings, limits, replies, catalogue, known, checks, List.of());
    }

    /**
     * As {@link #start(BridgeSettings, RequestLimits, RequestReply, Optional, Map, Map)}, and speaks further dialects.
     *
     * @param dialects served on the bridge's port and on those that they want themselves
     */
    public static BridgeServer start(BridgeSettings settings, RequestLimits limits, RequestReply replies, Optional<GalleryCatalogue> catalogue,
            Map<String, PipelineModels> known, Map<String, Supplier<Readiness>> checks, List<Dialect> dialects) {
        Admission admission = new Admission(replies, checks, settings.maxInFlight());
        Calls shared = new Calls(replies, limits, admission, new ByteBudget(settings.maxBufferedBytes()), settings.bodyTimeoutMs(), Duration.ofMillis(settings.requestTimeoutMs()));
        BodyCalls calls = new BodyCalls(shared);
        ModelsService models = new ModelsService(known);
        Map<ApiRoute, HttpService> services = new LinkedHashMap<>(Map.of(
                ApiRoute.RECOGNITIONS, new RecognitionService(settings, limits, replies, calls, models),
                ApiRoute.MODELS, models,
                ApiRoute.HEALTHZ, HealthService.alive(),
                ApiRoute.READYZ, HealthService.ready(admission),
                ApiRoute.LINKS, HealthService.links()));
        services.putAll(new GalleryServices(settings, limits, replies, calls, catalogue, models).all());
        ErrorAnswers errors = new ErrorAnswers(limits, dialects);
        ServerBuilder builder = Server.builder()
                .http(new InetSocketAddress(settings.host(), settings.port()))
                .disableServerHeader()
                .maxNumConnections(settings.maxConnections())
                .idleTimeoutMillis(settings.idleTimeoutMs())
                .http1MaxHeaderSize(settings.maxHeaderBytes())
                .http1MaxInitialLineLength(settings.maxHeaderBytes())
                .http2MaxHeaderListSize(settings.maxHeaderBytes())
                .maxRequestLength(BodyCalls.maxJsonBytes(limits))
                // Ours come first; this one is for what they might miss.
                .requestTimeoutMillis(2_000L + settings.bodyTimeoutMs() + settings.requestTimeoutMs())
                .gracefulShutdownTimeout(Duration.ofMillis(50), FLUSH)
                .errorHandler(errors);
        services.forEach((route, service) -> builder.route().path(route.path()).methods(route.methods())
                // JSON lines have no end but their own; all other bodies are bounded by who reads them.
                .maxRequestLength(route == ApiRoute.ENTRIES_ADD ? 0 : BodyCalls.maxJsonBytes(limits)).build(service));
        Set<Integer> further = dialects.stream().flatMap(dialect -> dialect.ports().stream()).filter(port -> port != settings.port()).collect(Collectors.toCollection(TreeSet::new));
        further.forEach(port -> builder.http(new InetSocketAddress(settings.host(), port)));
        dialects.forEach(dialect -> dialect.addTo(builder, shared));
        builder.serviceUnder("/", (ctx, req) -> errors.unrouted(ctx));
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw new BridgeException("bridge: can't listen on " + settings.host() + ":" + settings.port() + also(dialects) + " (" + e.getCause().getMessage()
                    + ") (expected: a free port on an address of this machine)", e.getCause());
        }
        int port = server.activePorts().keySet().stream().map(InetSocketAddress::getPort).filter(active -> !further.contains(active)).findFirst().orElseThrow();
        BridgeServer bridge = new BridgeServer(server, admission, settings, port);
        LOG.info("the bridge listens on {}", bridge.url());
        return bridge;
    }

    private static String also(List<Dialect> dialects) {
        return dialects.stream().filter(dialect -> !dialect.ports().isEmpty()).map(dialect -> ", and for " + dialect.name() + " on " + new TreeSet<>(dialect.ports())).collect(Collectors.joining());
    }

    /** The port listened on: the one asked for, or the free one found. */
    public int port() {
        return port;
    }

    /** Where clients find this server. */
    public URI url() {
        return URI.create("http://" + (settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host()) + ":" + port());
    }

    /** Calls in flight now. */
    public int inFlight() {
        return admission.inFlight();
    }

    /** Refuses new calls, waits for those in flight at most drain_ms, ends the rest, stops. */
    @Override
    public void close() {
        if (!admission.drain()) {
            return;
        }
        if (!admission.awaitNone(Duration.ofMillis(settings.drainMs()))) {
            LOG.warn("{} calls were not answered within drain_ms ({}): they get 503", admission.inFlight(), settings.drainMs());
            admission.endAll();
            admission.awaitNone(FLUSH);
        }
        awaitClosed(server.stop());
        LOG.info("the bridge has stopped");
    }

    /** Armeria's acceptor thread idles for two seconds after all is closed: not waited for. */
    private void awaitClosed(CompletableFuture<Void> stopped) {
        for (boolean closed = false; !closed;) {
            closed = server.activePorts().isEmpty();
            try {
                stopped.get(20, TimeUnit.MILLISECONDS);
                closed = true;
            } catch (TimeoutException e) {
                // Look again.
            } catch (ExecutionException e) {
                LOG.warn("the bridge did not stop cleanly: {}", e.getCause().toString());
                closed = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
    }
}
