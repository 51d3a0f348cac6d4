package io.sightline.processors.recognition;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sightline.processors.stage.ItemTrace;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageTiming;
import io.sightline.processors.stage.Staged;
import io.sightline.schemas.trace.RecordTrace;
import java.util.Optional;

/**
 * A record's span, the child of what its headers name, and under it one for each item in each stage. Nothing is made where telemetry is off or the
 * trace is not sampled. Thread-safe.
 */
final class RunTrace {
    static final String SCOPE = "io.sightline";
    private static final double NS_A_MS = 1e6;

    private final Tracer tracer;
    private final Context context;
    private final Span span;

    private RunTrace(Tracer tracer, Context context, Span span) {
        this.tracer = tracer;
        this.context = context;
        this.span = span;
    }

    static RunTrace begin(OpenTelemetry telemetry, String name, InputRecord input) {
        if (telemetry == OpenTelemetry.noop()) {
            return new RunTrace(null, Context.root(), Span.getInvalid());
        }
        Tracer tracer = telemetry.getTracer(SCOPE);
        Context parent = RecordTrace.of(input.headers());
        Span span = tracer.spanBuilder(name).setParent(parent).setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "kafka").setAttribute("messaging.operation.type", "process").setAttribute("messaging.destination.name", input.topic())
                .setAttribute("messaging.destination.partition.id", Integer.toString(input.partition())).setAttribute("messaging.kafka.offset", input.offset()).startSpan();
        return new RunTrace(tracer, parent.with(span), span);
    }

    /** The item's span, begun; empty where nothing is recorded. */
    Optional<ItemTrace> item(String stage) {
        return span.isRecording() ? Optional.of(new ItemTrace(tracer, tracer.spanBuilder(stage).setParent(context).startSpan())) : Optional.empty();
    }

    /** @param staged null where there is none, but an error */
    static void ended(ItemTrace item, Staged<?> staged, Throwable error) {
        Span of = item.span();
        if (error != null) {
            of.setStatus(StatusCode.ERROR, String.valueOf(error.getMessage()));
        } else {
            StageTiming timing = staged.timing();
            of.setAttribute("sightline.in_ms", timing.inNs() / NS_A_MS).setAttribute("sightline.prep_ms", timing.prepNs() / NS_A_MS)
                    .setAttribute("sightline.midp_ms", timing.midpNs() / NS_A_MS).setAttribute("sightline.postp_ms", timing.postpNs() / NS_A_MS)
                    .setAttribute("sightline.batch.size", timing.batchSize());
            if (staged.result() instanceof StageResult.Rejected<?> rejected) {
                of.setStatus(StatusCode.ERROR, rejected.message()).setAttribute("sightline.err_no", rejected.code().number());
            }
        }
        of.end();
    }

    /** The record's own end. @param problem what was wrong with it; empty: nothing */
    void end(String requestId, Optional<String> problem) {
        if (span.isRecording()) {
            span.setAttribute("sightline.request_id", requestId);
            problem.ifPresent(what -> span.setStatus(StatusCode.ERROR, what));
            span.end();
        }
    }
}
