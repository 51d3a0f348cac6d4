package io.sightline.processors.stage;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Optional;

/** A batch's span: a trace of its own, as a batch belongs to several requests, with a link to each of its items. Costs nothing where no item has a span. */
final class BatchTrace {
    private BatchTrace() {
    }

    /** The span, begun; an invalid one where no item is traced. */
    static Span begin(String stage, List<? extends QueuedItem<?, ?>> batch) {
        SpanBuilder builder = null;
        for (QueuedItem<?, ?> item : batch) {
            Optional<ItemTrace> trace = item.owner().trace();
            if (trace.isPresent()) {
                if (builder == null) {
                    builder = trace.get().tracer().spanBuilder(stage + " batch").setNoParent();
                }
                builder.addLink(trace.get().context());
            }
        }
        return builder == null ? Span.getInvalid() : builder.setAttribute("sightline.stage", stage).setAttribute("sightline.batch.size", batch.size()).startSpan();
    }

    static void end(Span span, Throwable failure) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        }
        span.end();
    }
}
