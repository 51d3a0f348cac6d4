package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.netty.util.AsciiString;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.function.Function;

/**
 * A call's span: the child of the one that the call's {@code traceparent} names, the parent of what the worker does, and named in the answer's
 * {@code traceparent}. While telemetry is off, the caller's own is handed on and given back. gRPC's calls are calls as all others. Thread-safe.
 */
final class CallTrace extends SimpleDecoratingHttpService {
    private static final AsciiString TRACEPARENT = HttpHeaderNames.of("traceparent");
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final int SERVER_ERROR = 500;

    private static final TextMapGetter<RequestHeaders> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(RequestHeaders headers) {
            return headers.names().stream().map(AsciiString::toString).toList();
        }

        @Override
        public String get(RequestHeaders headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    };

    private final Tracer tracer;

    private CallTrace(HttpService delegate, Tracer tracer) {
        super(delegate);
        this.tracer = tracer;
    }

    static Function<? super HttpService, CallTrace> decorator(OpenTelemetry telemetry) {
        Tracer tracer = telemetry.getTracer("io.sightline");
        return delegate -> new CallTrace(delegate, tracer);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) throws Exception {
        Context caller = W3C.extract(Context.root(), http.headers(), GETTER);
        Span span = tracer.spanBuilder(http.method() + " " + ctx.config().route().patternString()).setParent(caller).setSpanKind(SpanKind.SERVER).startSpan();
        if (!span.getSpanContext().isValid()) {
            return unwrap().serve(ctx, http);
        }
        Context own = caller.with(span);
        ctx.hook(own::makeCurrent); // wherever work for this call goes on
        W3C.inject(own, ctx, (to, name, value) -> {
            if (TRACEPARENT.contentEquals(name)) {
                to.mutateAdditionalResponseHeaders(headers -> headers.set(TRACEPARENT, value));
            }
        });
        if (span.isRecording()) {
            span.setAttribute("http.request.method", http.method().name()).setAttribute("url.path", ctx.path());
            ctx.log().whenComplete().thenAccept(log -> end(span, log));
        }
        return unwrap().serve(ctx, http);
    }

    private static void end(Span span, RequestLog log) {
        int status = log.responseHeaders().status().code();
        span.setAttribute("http.response.status_code", status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
