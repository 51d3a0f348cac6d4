package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.access.AllowedHosts;
import io.sightline.connectors.bridge.access.Gate;
import io.sightline.connectors.bridge.call.Admission;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.bridge.fetch.ImageFetcher;
import io.sightline.connectors.bridge.page.Page;
import io.sightline.connectors.bridge.store.CallStore;
import io.sightline.connectors.reply.ReplyStats;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.request.RequestLimits;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
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
    /** RFC 9113 advises no fewer streams a connection. */
    private static final long MIN_STREAMS = 100;
    /** After the drain: time for answers to leave. */
    private static final Duration FLUSH = Duration.ofSeconds(2);

    private final Server server;
    private final Admission admission;
    private final BridgeSettings settings;
    private final int port;
    private final ImageFetcher fetcher;
    private final RequestReply replies;

    private BridgeServer(Server server, Admission admission, BridgeSettings settings, int port, ImageFetcher fetcher, RequestReply replies) {
        this.replies = replies;
        this.fetcher = fetcher;
        this.server = server;
        this.port = port;
        this.admission = admission;
        this.settings = settings;
    }

    /**
     * Starts to listen: connections are taken when this returns; calls, once Kafka and the checks are ready.
     *
     * @throws BridgeException where the address is taken or not this machine's
     */
    public static BridgeServer start(BridgeSettings settings, RequestLimits limits, BridgeParts parts) {
        return start(settings, limits, parts, new ImageFetcher(settings.fetch(), limits.maxImageBytes()));
    }

    /** @param fetcher of pictures by URL; closed with the bridge */
    static BridgeServer start(BridgeSettings settings, RequestLimits limits, BridgeParts parts, ImageFetcher fetcher) {
        RequestReply replies = parts.replies();
        List<Dialect> dialects = parts.dialects();
        Admission admission = new Admission(replies, parts.checks(), settings.maxInFlight(), settings.maxConnections());
        Calls shared = new Calls(replies, limits, admission, new ByteBudget(settings.maxBufferedBytes()), settings.bodyTimeoutMs(), Duration.ofMillis(settings.requestTimeoutMs()),
                settings.keys().isPresent());
        BodyCalls calls = new BodyCalls(shared);
        ModelsService models = new ModelsService(parts.worker().models());
        StoredCalls stored = new StoredCalls(new CallStore(settings.store()), models);
        Map<ApiRoute, HttpService> services = new LinkedHashMap<>(Map.of(
                ApiRoute.RECOGNITIONS, new RecognitionService(limits, calls, models, stored, fetcher),
                ApiRoute.RECOGNITION, stored,
                ApiRoute.BATCH, new BatchService(settings, limits, calls, models, stored),
                ApiRoute.MODELS, models,
                ApiRoute.HEALTHZ, HealthService.alive(),
                ApiRoute.READYZ, HealthService.ready(admission::components, admission::draining),
                ApiRoute.TRACE, new TraceService(parts.trace()),
                ApiRoute.HOME, Page.orElse(HealthService.links()),
                ApiRoute.PAGE_FILE, Page.files(file -> new HttpProblem(HttpStatus.NOT_FOUND, "file: '" + RequestLimits.shown(file) + "' (expected: a file of the page at /)"))));
        services.put(ApiRoute.METRICS, parts.metrics().<HttpService>map(MetricsService::new).orElse(BridgeServer::noMetrics));
        services.putAll(new GalleryServices(settings, limits, replies, calls, parts.catalogue(), models, parts.worker().index()).all());
        ErrorAnswers errors = new ErrorAnswers(limits, dialects);
        Listening listening = new Listening(settings);
        ServerBuilder builder = listening.on(Server.builder(), settings.port())
                .disableServerHeader()
                .maxNumConnections(settings.maxConnections())
                .idleTimeoutMillis(settings.idleTimeoutMs())
                .http1MaxHeaderSize(settings.maxHeaderBytes())
                .http1MaxInitialLineLength(settings.maxHeaderBytes())
                .http2MaxHeaderListSize(settings.maxHeaderBytes())
                .http2MaxStreamsPerConnection(Math.max(MIN_STREAMS, 2L * settings.maxInFlight()))
                .maxRequestLength(BodyCalls.maxJsonBytes(limits))
                // Ours come first; this one is for what they might miss.
                .requestTimeoutMillis(2_000L + settings.bodyTimeoutMs() + settings.requestTimeoutMs())
                .gracefulShutdownTimeout(Duration.ofMillis(50), FLUSH)
                .errorHandler(errors);
        services.forEach((route, service) -> builder.route().path(route.path()).methods(route.methods())
                // JSON lines have no end but their own; all other bodies are bounded by who reads them.
                .maxRequestLength(maxRequestLength(route, settings, limits)).build(service));
        Set<Integer> further = dialects.stream().flatMap(dialect -> dialect.ports().stream()).filter(port -> port != settings.port()).collect(Collectors.toCollection(TreeSet::new));
        further.forEach(port -> listening.on(builder, port));
        dialects.forEach(dialect -> dialect.addTo(builder, shared));
        parts.schemas().ifPresent(built -> builder.route().pathPrefix(RegistryService.PREFIX).maxRequestLength(RegistryService.MAX_BODY_BYTES).build(new RegistryService(built)));
        builder.serviceUnder("/", (ctx, req) -> errors.unrouted(ctx));
        settings.maxConnectionsPerAddress().map(AddressLimit::new).ifPresent(builder::childChannelPipelineCustomizer);
        builder.decorator(Gate.decorator(Gate.Rules.of(settings.keys(), settings.corsOrigins(), AllowedHosts.of(settings.allowedHosts(), listening.isLocal()),
                path -> ApiRoute.isOpen(path) || dialects.stream().anyMatch(dialect -> dialect.isOpen(path)), errors::refused)));
        builder.decorator(CallTrace.decorator(parts.telemetry())); // the last one is the outermost
        Server server = listening.build(builder);
        try {
            server.start().join();
        } catch (CompletionException e) {
            fetcher.close();
            throw new BridgeException("bridge: can't listen on " + settings.host() + ":" + settings.port() + also(dialects) + " (" + e.getCause().getMessage()
                    + ") (expected: a free port on an address of this machine)", e.getCause());
        }
        int port = server.activePorts().keySet().stream().map(InetSocketAddress::getPort).filter(active -> !further.contains(active)).findFirst().orElseThrow();
        BridgeServer bridge = new BridgeServer(server, admission, settings, port, fetcher, replies);
        LOG.info("the bridge listens on {}", bridge.url());
        listening.warning().ifPresent(LOG::warn);
        return bridge;
    }

    private static HttpResponse noMetrics(ServiceRequestContext ctx, HttpRequest req) {
        return Answers.problem("", new HttpProblem(HttpStatus.NOT_FOUND, "metrics: not on this port (expected: the port management.port)"));
    }

    private static long maxRequestLength(ApiRoute route, BridgeSettings settings, RequestLimits limits) {
        return switch (route) {
            case ENTRIES_ADD -> 0;
            case BATCH -> settings.batch().maxBytes() + 1L; // what is larger is refused by who reads it
            default -> BodyCalls.maxJsonBytes(limits);
        };
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
        return URI.create((settings.tls().isOn() ? "https://" : "http://") + (settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host()) + ":" + port());
    }

    /** Calls in flight now. */
    public int inFlight() {
        return admission.inFlight();
    }

    /** What /readyz shows, by name. Cheap. */
    public Map<String, Readiness> components() {
        return admission.components();
    }

    /** Images of calls whose callers went away before they were sent on, of batches. */
    public long dropped() {
        return admission.dropped();
    }

    /** Calls not let in, with 503: too many in flight, not ready, shutting down. */
    public long refused() {
        return admission.refused() + replies.stats().refused();
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
        ServerStop.of(server);
        fetcher.close();
        ReplyStats calls = replies.stats();
        LOG.info("the bridge has stopped: {} calls answered, {} without an answer in time, {} refused, {} cancelled by their callers; {} were never sent, nor were {} images of batches", calls.answered(),
                calls.timedOut(), refused(), calls.cancelled(), calls.unsent(), admission.dropped());
    }
}
