package io.sightline.topology;

import io.sightline.schemas.settings.Setting;
import java.util.Locale;

/** A worker on Kafka: the key {@code worker}. */
public record WorkerSettings(
        @Setting(doc = "Name of the workers' group: workers with the same name share the requests.", def = "sightline") String applicationId,
        @Setting(doc = "at_least_once: no request is lost, one may be answered twice after a failure. exactly_once_v2: exactly one result each, for readers with isolation.level=read_committed.", def = "at_least_once") ProcessingGuarantee processingGuarantee,
        @Setting(doc = "Threads that poll Kafka and publish; one keeps the stages of a machine busy.", def = "1", min = 1, max = 64) int streamThreads,
        @Setting(doc = "Name of this worker, different for each, the same after its restart: it then gets its partitions back without a rebalance (static membership). Empty: none.", def = "''") String instanceId,
        @Setting(doc = "A worker silent for so long is taken for dead and its partitions go to the others, milliseconds.", def = "10000", min = 6000, max = 300000) int sessionTimeoutMs,
        @Setting(doc = "Longest wait at start for the next edits of the gallery while it is loaded, and for the partitions to be assigned, milliseconds.", def = "60000", min = 1000, max = 3600000) long startTimeoutMs,
        @Setting(doc = "Longest wait at stop for the work in progress, milliseconds.", def = "30000", min = 0, max = 600000) long stopTimeoutMs) {
    public static final WorkerSettings DEFAULT = new WorkerSettings("sightline", ProcessingGuarantee.AT_LEAST_ONCE, 1, "", 10_000, 60_000, 30_000);

    /** What readers of the results may rely on; a request counts as answered when its result is on the results topic. */
    public enum ProcessingGuarantee {
        /**
         * Every request is answered, whatever dies when; a request may be answered twice after a failure or a rebalance (everything since
         * the last commit, at most a second, is done again). The two results are equal but for their timings.
         */
        AT_LEAST_ONCE,
        /**
         * Every request has exactly one result and one dead letter at most for readers with {@code isolation.level=read_committed},
         * whatever dies when. Costs about 5 ms of latency; after a kill -9 such readers wait up to the transaction time-out (2 s).
         */
        EXACTLY_ONCE_V2;

        /** As Kafka Streams calls it. */
        String kafkaName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public WorkerSettings {
        if (!applicationId.matches("[A-Za-z0-9._-]{1,200}")) {
            throw new IllegalArgumentException("application_id: '" + applicationId + "' (expected: 1 to 200 of A-Z a-z 0-9 . _ -)");
        }
    }

    public boolean exactlyOnce() {
        return processingGuarantee == ProcessingGuarantee.EXACTLY_ONCE_V2;
    }

    public WorkerSettings withApplicationId(String id) {
        return new WorkerSettings(id, processingGuarantee, streamThreads, instanceId, sessionTimeoutMs, startTimeoutMs, stopTimeoutMs);
    }

    public WorkerSettings withProcessingGuarantee(ProcessingGuarantee guarantee) {
        return new WorkerSettings(applicationId, guarantee, streamThreads, instanceId, sessionTimeoutMs, startTimeoutMs, stopTimeoutMs);
    }

    public WorkerSettings withStreamThreads(int threads) {
        return new WorkerSettings(applicationId, processingGuarantee, threads, instanceId, sessionTimeoutMs, startTimeoutMs, stopTimeoutMs);
    }

    public WorkerSettings withInstanceId(String instance) {
        return new WorkerSettings(applicationId, processingGuarantee, streamThreads, instance, sessionTimeoutMs, startTimeoutMs, stopTimeoutMs);
    }

    public WorkerSettings withSessionTimeoutMs(int timeoutMs) {
        return new WorkerSettings(applicationId, processingGuarantee, streamThreads, instanceId, timeoutMs, startTimeoutMs, stopTimeoutMs);
    }

    public WorkerSettings withStartTimeoutMs(long timeoutMs) {
        return new WorkerSettings(applicationId, processingGuarantee, streamThreads, instanceId, sessionTimeoutMs, timeoutMs, stopTimeoutMs);
    }
}
