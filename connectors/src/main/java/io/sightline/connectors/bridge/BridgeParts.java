package io.sightline.connectors.bridge;

import io.opentelemetry.api.OpenTelemetry;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.schemas.wire.BuiltInSubjects;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a bridge works with. What can be closed stays the caller's to close, after the bridge.
 *
 * @param replies carries the calls
 * @param catalogue what entries are looked up in; empty: they can't be
 * @param trace what /v1/trace answers from; empty: it answers 503
 * @param schemas served under /registry as a schema registry would; empty: that is 404, there is a real one
 * @param worker in this process
 * @param checks further components by name, shown by /readyz. Asked on event loops: they must not block. Calls are refused until all of them have been
 *     ready once; later only Kafka's readiness holds calls back
 * @param metrics served as /metrics; empty: that is 404, they are elsewhere
 * @param dialects served on the bridge's port and on those that they want themselves
 * @param telemetry takes the calls' spans
 */
public record BridgeParts(RequestReply replies, Optional<GalleryCatalogue> catalogue, Optional<RecentTrace> trace, Optional<BuiltInSubjects> schemas,
        LocalWorker worker, Map<String, Supplier<Readiness>> checks, List<Dialect> dialects, Optional<MetricsText> metrics, OpenTelemetry telemetry) {
    /** Nothing but the calls. */
    public static BridgeParts of(RequestReply replies) {
        return new BridgeParts(replies, Optional.empty(), Optional.empty(), Optional.empty(), LocalWorker.NONE, Map.of(), List.of(), Optional.empty(), OpenTelemetry.noop());
    }

    public BridgeParts with(LocalWorker there) {
        return new BridgeParts(replies, catalogue, trace, schemas, there, checks, dialects, metrics, telemetry);
    }

    public BridgeParts withCatalogue(Optional<GalleryCatalogue> given) {
        return new BridgeParts(replies, given, trace, schemas, worker, checks, dialects, metrics, telemetry);
    }

    public BridgeParts withTrace(RecentTrace given) {
        return new BridgeParts(replies, catalogue, Optional.of(given), schemas, worker, checks, dialects, metrics, telemetry);
    }

    public BridgeParts withSchemas(Optional<BuiltInSubjects> given) {
        return new BridgeParts(replies, catalogue, trace, given, worker, checks, dialects, metrics, telemetry);
    }

    public BridgeParts withChecks(Map<String, Supplier<Readiness>> given) {
        return new BridgeParts(replies, catalogue, trace, schemas, worker, given, dialects, metrics, telemetry);
    }

    public BridgeParts withDialects(List<Dialect> given) {
        return new BridgeParts(replies, catalogue, trace, schemas, worker, checks, given, metrics, telemetry);
    }

    public BridgeParts withMetrics(Optional<MetricsText> given) {
        return new BridgeParts(replies, catalogue, trace, schemas, worker, checks, dialects, given, telemetry);
    }

    public BridgeParts withTelemetry(OpenTelemetry given) {
        return new BridgeParts(replies, catalogue, trace, schemas, worker, checks, dialects, metrics, given);
    }
}
