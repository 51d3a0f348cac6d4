package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;

/** The key {@code worker}. */
public record WorkerSection(
        @Setting(doc = "Name of the workers' group: workers with the same name share the requests.", def = "sightline") String applicationId,
        @Setting(doc = "at_least_once: no request is lost, one may be answered twice after a failure. exactly_once_v2: exactly one result each, for readers with isolation.level=read_committed.", def = "at_least_once") ProcessingGuarantee processingGuarantee,
        @Setting(doc = "Threads that poll Kafka and publish; one keeps the stages of a machine busy.", def = "1", min = 1, max = 64) int streamThreads,
        @Setting(doc = "Name of this worker, different for each, the same after its restart: it then gets its partitions back without a rebalance (static membership). Empty: none.", def = "''") String instanceId,
        @Setting(doc = "A worker silent for so long is taken for dead and its partitions go to the others, milliseconds.", def = "10000", min = 6000, max = 300000) int sessionTimeoutMs,
        @Setting(doc = "Longest wait at start for the gallery to be loaded and the partitions to be assigned, milliseconds.", def = "60000", min = 1000, max = 3600000) long startTimeoutMs,
        @Setting(doc = "Longest wait at stop for the work in progress, milliseconds.", def = "30000", min = 0, max = 600000) long stopTimeoutMs) {
    /** What readers of the results may rely on; see {@link io.sightline.topology.StreamsSettings}. */
    @SuppressWarnings("checkstyle:ConstantName")
    public enum ProcessingGuarantee { at_least_once, exactly_once_v2 }
}
