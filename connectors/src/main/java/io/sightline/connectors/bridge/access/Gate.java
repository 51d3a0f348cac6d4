package io.sightline.connectors.bridge.access;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.cors.CorsServiceBuilder;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In front of all services, whatever dialect: asks for a key where there are keys, and keeps out what another web site's page sends through
 * its visitor's browser, which would reach a server that only this machine can, also under a name of its own. Thread-safe.
 */
public final class Gate extends SimpleDecoratingHttpService {
    private static final Pattern BEARER = Pattern.compile("[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/=-]+)");
    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Rules rules;

    private Gate(HttpService delegate, Rules rules) {
        super(delegate);
        this.rules = rules;
    }

    /**
     * What the gate goes by.
     *
     * @param keys empty: everybody is let in
     * @param origins of web pages whose scripts may ask, {@code https://example.com}; others' may only where the browser does not tell
     * @param hosts under which the server may be called
     * @param open whether a path is anybody's, key or not
     * @param refusal a problem in the form of the dialect that was spoken
     */
    public record Rules(Optional<ApiKeys> keys, List<String> origins, AllowedHosts hosts, Predicate<String> open, BiFunction<RequestHeaders, HttpProblem, HttpResponse> refusal) {
        /** @param keysFile empty: no keys are asked for. @throws IllegalArgumentException where the file is not as it should be */
        public static Rules of(Optional<Path> keysFile, List<String> origins, AllowedHosts hosts, Predicate<String> open, BiFunction<RequestHeaders, HttpProblem, HttpResponse> refusal) {
            return new Rules(keysFile.map(file -> ApiKeysFile.read(file, System::nanoTime)), origins, hosts, open, refusal);
        }
    }

    /** Puts a service behind the gate, and the headers that browsers ask for before it. */
    public static Function<HttpService, HttpService> decorator(Rules rules) {
        if (rules.origins().isEmpty()) {
            return service -> new Gate(service, rules);
        }
        // Credentials, cookies that is, are not allowed: a page's script sends its key by itself.
        CorsServiceBuilder cors = rules.origins().contains("*") ? CorsService.builderForAnyOrigin() : CorsService.builder(rules.origins());
        cors.allowRequestMethods(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE).allowRequestHeaders("authorization", "content-type", "idempotency-key", "x-request-id")
                .exposeHeaders("location", "retry-after", "www-authenticate").maxAge(600);
        return service -> cors.build(new Gate(service, rules));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) throws Exception {
        RequestHeaders headers = http.headers();
        if (!isNamed(ctx, headers.authority())) {
            return rules.refusal().apply(headers, AllowedHosts.refused(headers.authority()));
        }
        if (isForeign(headers)) {
            return rules.refusal().apply(headers, new HttpProblem(HttpStatus.FORBIDDEN, "origin: '" + RequestLimits.shown(headers.get(HttpHeaderNames.ORIGIN, ""))
                    + "' (expected: a page of this server, or one of bridge.cors_origins)"));
        }
        if (rules.keys().isEmpty()) {
            Access.ALL.grantTo(ctx);
        } else if (!rules.open().test(ctx.path())) {
            Optional<Access> access = key(headers).flatMap(rules.keys().get()::find);
            if (access.isEmpty()) {
                return unauthorised(headers);
            }
            long waitNs = access.get().take();
            if (waitNs > 0) {
                return tooMany(headers, waitNs);
            }
            access.get().grantTo(ctx);
        }
        return unwrap().serve(ctx, http);
    }

    /** Armeria puts a name of its own where a client of HTTP/1.0 sends none. */
    private boolean isNamed(ServiceRequestContext ctx, String authority) {
        return rules.hosts().allows(authority) || authority.startsWith(ctx.config().virtualHost().defaultHostname() + ":");
    }

    private static Optional<String> key(RequestHeaders headers) {
        Matcher bearer = BEARER.matcher(headers.get(HttpHeaderNames.AUTHORIZATION, ""));
        return bearer.matches() ? Optional.of(bearer.group(1)) : Optional.empty();
    }

    private boolean isForeign(RequestHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null || HARMLESS.contains(headers.method()) || rules.origins().contains(origin) || rules.origins().contains("*")) {
            return false;
        }
        int authority = origin.indexOf("://");
        return authority < 0 || !origin.substring(authority + 3).equalsIgnoreCase(headers.authority());
    }

    /** The same to those without a key and those with a wrong one, and nothing of what they sent. */
    private HttpResponse unauthorised(RequestHeaders headers) {
        String seen = headers.contains(HttpHeaderNames.AUTHORIZATION) ? "not one of this server's keys" : "none";
        HttpProblem problem = new HttpProblem(HttpStatus.UNAUTHORIZED, "authorization: " + seen + " (expected: Bearer and an API key of this server)");
        return rules.refusal().apply(headers, problem).mapHeaders(answer -> answer.toBuilder().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"sightline\"").build());
    }

    private HttpResponse tooMany(RequestHeaders headers, long waitNs) {
        long seconds = Math.max(1, (waitNs + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1));
        HttpProblem problem = new HttpProblem(HttpStatus.TOO_MANY_REQUESTS, ErrorCode.OVERLOADED, "more calls than this key may make (expected: fewer; try again in " + seconds + " s)");
        return rules.refusal().apply(headers, problem).mapHeaders(answer -> answer.toBuilder().setLong(HttpHeaderNames.RETRY_AFTER, seconds).build());
    }
}
