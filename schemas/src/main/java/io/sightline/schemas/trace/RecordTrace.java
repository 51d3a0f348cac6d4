package io.sightline.schemas.trace;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sightline.schemas.RecordHeaders;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** W3C trace context in record headers: {@code traceparent} and {@code tracestate}. */
public final class RecordTrace {
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return Arrays.stream(headers.toArray()).map(Header::key).distinct().toList();
        }

        @Override
        public String get(Headers headers, String name) {
            return headers == null ? null : RecordHeaders.text(headers, name).orElse(null);
        }
    };

    private RecordTrace() {
    }

    /** What the record belongs to; the root context where it says nothing, or nothing valid. */
    public static Context of(Headers headers) {
        return W3C.extract(Context.root(), headers, GETTER);
    }

    /** Writes the context's span into the headers; nothing where it has none. */
    public static void put(Headers headers, Context context) {
        W3C.inject(context, headers, RecordHeaders::put);
    }
}
