package io.sightline.app.metrics;

import java.util.List;

/**
 * Every metric of ours: what /metrics, docs/metrics.md, the dashboard and the alerts are made of or checked against. Values of tags come from
 * the configuration or from a fixed list, never from a request, so that there are not more series than whoever configures this expects.
 */
public enum Metric {
    BUILD("sightline_build_info", Kind.GAUGE, Unit.NONE, When.ALWAYS, List.of("version"), "Always 1; the tag says which build runs."),
    READY("sightline_ready", Kind.GAUGE, Unit.NONE, When.ALWAYS, List.of("component"), "1 while the component can work, else 0: what /readyz says."),

    REQUESTS("sightline_requests_total", Kind.COUNTER, Unit.REQUESTS, When.WORKER, List.of("pipeline"), "Requests that got their result, good or bad. Pipeline `other`: refused before it was known which one."),
    REQUEST_ERRORS("sightline_request_errors_total", Kind.COUNTER, Unit.REQUESTS, When.WORKER, List.of("pipeline", "reason"), "Requests whose result is an error; the reason is that of the table of err_no in docs/topics.md, such as bad_input or timeout. Absent until there is one."),
    REQUEST_SECONDS("sightline_request_seconds", Kind.HISTOGRAM, Unit.SECONDS, When.WORKER, List.of("pipeline"), "Time of a request in the worker, from the record's arrival to its result."),
    REQUESTS_WITHDRAWN("sightline_requests_withdrawn_total", Kind.COUNTER, Unit.REQUESTS, When.WORKER, List.of(), "Requests not worked on to their end because their callers had gone; not among the requests above."),
    REQUESTS_IN_FLIGHT("sightline_requests_in_flight", Kind.GAUGE, Unit.REQUESTS, When.WORKER, List.of(), "Requests begun and not ended."),

    STAGE_ITEMS("sightline_stage_items_total", Kind.COUNTER, Unit.ITEMS, When.WORKER, List.of("stage"), "Items that went through the stage: pictures, or the things found in them. Edits of galleries go through the same stages."),
    STAGE_ERRORS("sightline_stage_errors_total", Kind.COUNTER, Unit.ITEMS, When.WORKER, List.of("stage"), "Of these, the rejected ones."),
    STAGE_SKIPPED("sightline_stage_skipped_items_total", Kind.COUNTER, Unit.ITEMS, When.WORKER, List.of("stage"), "Items dropped before they were worked on because nobody waited for them any more."),
    STAGE_SECONDS("sightline_stage_item_seconds", Kind.HISTOGRAM, Unit.SECONDS, When.WORKER, List.of("stage"), "Time of an item in the stage: in, prep, midp and postp together."),
    STAGE_PHASE_SECONDS("sightline_stage_phase_seconds_total", Kind.COUNTER, Unit.SECONDS, When.WORKER, List.of("stage", "phase"), "Sum over the items of the time in each phase: in (waiting), prep, midp (inference), postp, out (handing on)."),
    STAGE_BATCH("sightline_stage_batch_items", Kind.HISTOGRAM, Unit.ITEMS, When.WORKER, List.of("stage"), "Items of a batch."),
    STAGE_QUEUE("sightline_stage_queue_items", Kind.GAUGE, Unit.ITEMS, When.WORKER, List.of("stage"), "Items waiting in the stage's queue."),
    STAGE_QUEUE_CAPACITY("sightline_stage_queue_capacity_items", Kind.GAUGE, Unit.ITEMS, When.WORKER, List.of("stage"), "Most items that may wait there."),
    STAGE_QUEUE_OLDEST("sightline_stage_queue_oldest_seconds", Kind.GAUGE, Unit.SECONDS, When.WORKER, List.of("stage"), "How long the oldest waiting item has waited; 0 where none waits."),
    STAGE_LANES("sightline_stage_lanes", Kind.GAUGE, Unit.LANES, When.WORKER, List.of("stage"), "Lanes (threads, each with its own session of the model) that the stage should have."),
    STAGE_LANES_ALIVE("sightline_stage_lanes_alive", Kind.GAUGE, Unit.LANES, When.WORKER, List.of("stage"), "Lanes that it has."),
    STAGE_BUSY("sightline_stage_lane_busy_seconds_total", Kind.COUNTER, Unit.SECONDS, When.WORKER, List.of("stage"), "Time its lanes spent working, summed over them: its rate divided by the lanes is the busy ratio."),

    LAG("sightline_consumer_lag_records", Kind.GAUGE, Unit.RECORDS, When.WORKER, List.of(), "Requests and edits of this worker's partitions that wait on the topics or are worked on. Absent where Kafka Streams makes its consumers itself."),
    RECORDS_IN_FLIGHT("sightline_look_ahead_records", Kind.GAUGE, Unit.RECORDS, When.WORKER, List.of(), "Records worked on ahead of Kafka Streams."),
    BYTES_IN_FLIGHT("sightline_look_ahead_bytes", Kind.GAUGE, Unit.BYTES, When.WORKER, List.of(), "Bytes of these records."),
    TRACE_LOST("sightline_trace_windows_lost_total", Kind.COUNTER, Unit.NONE, When.WORKER, List.of(), "Tracer windows that could not be published."),

    GALLERIES("sightline_galleries", Kind.GAUGE, Unit.NONE, When.WORKER, List.of(), "Galleries in the worker's index. Of more than 100 the first, by name, have the series below."),
    GALLERY_ENTRIES("sightline_gallery_entries", Kind.GAUGE, Unit.ENTRIES, When.GALLERY, List.of("gallery"), "Entries that can be found."),
    GALLERY_EPOCH("sightline_gallery_epoch", Kind.GAUGE, Unit.NONE, When.GALLERY, List.of("gallery"), "Sequence number of the last edit applied: workers that differ in it answer from different states."),
    GALLERY_MEMORY("sightline_gallery_memory_bytes", Kind.GAUGE, Unit.BYTES, When.GALLERY, List.of("gallery"), "Memory that its vectors take, roughly. Absent where the index does not know."),
    GALLERY_REFUSED("sightline_gallery_refused_entries", Kind.GAUGE, Unit.ENTRIES, When.GALLERY, List.of("gallery"), "Additions not taken because the gallery was full, since its index was built."),
    GALLERY_STALE("sightline_gallery_stale_entries", Kind.GAUGE, Unit.ENTRIES, When.GALLERY, List.of("gallery"), "Entries of an earlier model that are still to be embedded again."),
    BREAKER("sightline_breaker_state", Kind.GAUGE, Unit.NONE, When.REDIS, List.of("breaker", "state"), "1 for the state that the circuit breaker is in, 0 for the others: closed, open, half_open."),

    CANARY_OK("sightline_canary_ok", Kind.GAUGE, Unit.NONE, When.CANARY, List.of("pipeline"), "1 while the pipeline's models make of the stored pictures what was recorded, 0 after a drift or a failure."),
    CANARY_DISTANCE("sightline_canary_distance", Kind.GAUGE, Unit.NONE, When.CANARY, List.of("pipeline"), "Largest distance from what was recorded; drift is above canary.epsilon. NaN where the check failed."),
    CANARY_AGE("sightline_canary_age_seconds", Kind.GAUGE, Unit.SECONDS, When.CANARY, List.of("pipeline"), "Time since the last check: it grows where the stages have no time for one."),

    BRIDGE_CALLS("sightline_bridge_calls_total", Kind.COUNTER, Unit.CALLS, When.BRIDGE, List.of("outcome"), "Calls that ended: answered, timed_out, refused (too many, not ready, or stopping), cancelled (the caller went away), failed."),
    BRIDGE_UNSENT("sightline_bridge_unsent_calls_total", Kind.COUNTER, Unit.CALLS, When.BRIDGE, List.of(), "Of those without an answer, the ones that were never written to Kafka: withdrawn in time."),
    BRIDGE_DROPPED("sightline_bridge_dropped_images_total", Kind.COUNTER, Unit.IMAGES, When.BRIDGE, List.of(), "Images of batches whose callers went away before they were sent on."),
    BRIDGE_IN_FLIGHT("sightline_bridge_calls_in_flight", Kind.GAUGE, Unit.CALLS, When.BRIDGE, List.of(), "Calls waiting for their answer from Kafka."),
    BRIDGE_HTTP_IN_FLIGHT("sightline_bridge_http_calls_in_flight", Kind.GAUGE, Unit.CALLS, When.BRIDGE, List.of(), "HTTP and gRPC calls being served, bodies that still arrive included."),

    GPU_MEMORY_USED("sightline_gpu_memory_used_bytes", Kind.GAUGE, Unit.BYTES, When.GPU, List.of("gpu"), "Memory in use on the GPU, by all processes, as nvidia-smi says; ten seconds old at most."),
    GPU_MEMORY("sightline_gpu_memory_bytes", Kind.GAUGE, Unit.BYTES, When.GPU, List.of("gpu"), "Memory of the GPU."),
    GPU_BUSY("sightline_gpu_busy_ratio", Kind.GAUGE, Unit.RATIO, When.GPU, List.of("gpu"), "Share of the last moments in which the GPU computed, 0..1. Absent where nvidia-smi does not know.");

    /** How its value behaves. */
    public enum Kind { COUNTER, GAUGE, HISTOGRAM }

    /** Of its value. */
    public enum Unit { NONE, SECONDS, BYTES, RATIO, REQUESTS, ITEMS, LANES, RECORDS, ENTRIES, CALLS, IMAGES }

    /** Which processes have it. */
    public enum When {
        ALWAYS("every process"), WORKER("worker, up"), GALLERY("worker, up, a gallery"), CANARY("worker, up with the canary, after its first check"), REDIS("worker, up with Redis as gallery index"), BRIDGE("bridge, up"), GPU("worker, up where nvidia-smi is");

        private final String text;

        When(String text) {
            this.text = text;
        }

        /** For docs/metrics.md. */
        public String text() {
            return text;
        }
    }

    private final String metricName;
    private final Kind kind;
    private final Unit unit;
    private final When when;
    private final List<String> tags;
    private final String help;

    Metric(String metricName, Kind kind, Unit unit, When when, List<String> tags, String help) {
        this.metricName = metricName;
        this.kind = kind;
        this.unit = unit;
        this.when = when;
        this.tags = tags;
        this.help = help;
    }

    /** As queries write it; those of a histogram add {@code _bucket}, {@code _sum} or {@code _count}. */
    public String metricName() {
        return metricName;
    }

    public Kind kind() {
        return kind;
    }

    public Unit unit() {
        return unit;
    }

    public When when() {
        return when;
    }

    /** Names of its labels, in order. */
    public List<String> tags() {
        return tags;
    }

    public String help() {
        return help;
    }
}
