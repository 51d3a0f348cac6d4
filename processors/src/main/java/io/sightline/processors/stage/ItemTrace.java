package io.sightline.processors.stage;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;

/**
 * An item's own span, that of its batch is to be linked to.
 *
 * @param tracer makes the batch's span
 * @param span of the item
 */
public record ItemTrace(Tracer tracer, Span span) {
    SpanContext context() {
        return span.getSpanContext();
    }
}
