package io.sightline.app.paddle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sightline.app.config.ConfigException;
import io.sightline.app.config.SightlineConfig;
import io.sightline.processors.recognition.PipelineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code config.yml} of Paddle Serving's pipeline server, as settings of ours. What the file asks and there is nothing for is told in
 * warnings, a line each. Its models are not among what is taken over: they are in Paddle's format; ours stand in for them. Not thread-safe.
 */
public final class PaddleConfig {
    private static final YAMLMapper YAML = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_PORT = 65535;
    private static final int MAX_STREAM_THREADS = 64;
    private static final int MAX_LANES = 256;
    private static final int MAX_BATCH = 1024;
    private static final int MAX_DELAY_MS = 10_000;
    private static final int MAX_THREADS = 256;
    private static final int MAX_INTERVAL_S = 3600;
    private static final int MAX_QUEUE = 1_000_000;
    private static final int ANY = Integer.MAX_VALUE;
    private static final Set<String> DEFAULT_VALUES = Set.of("precision fp32", "retry 1", "use_profile false", "use_calib false", "use_mkldnn false", "build_dag_each_worker false");
    private static final Map<Integer, String> OTHER_DEVICES = Map.of(3, "an ARM CPU", 4, "a Kunlun XPU", 5, "an Ascend 310", 6, "an Ascend 910");

    private final String source;
    private final SightlineConfig base;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final ObjectNode devices = JSON.createObjectNode();
    private int threads;

    private PaddleConfig(String source, SightlineConfig base) {
        this.source = source;
        this.base = base;
    }

    /**
     * What a file comes to.
     *
     * @param settings dotted key to YAML value, to be laid over the configuration
     * @param warnings what differs, a line each
     */
    public record Mapped(Map<String, String> settings, List<String> warnings) {
    }

    /**
     * @param base the configuration without the file: its pipelines are those that can serve
     * @throws ConfigException where the file is none of its kind, or no pipeline can do what it asks
     */
    public static Mapped read(Path file, SightlineConfig base) {
        JsonNode tree;
        try {
            tree = YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ConfigException(file + ": line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ": " + e.getOriginalMessage() + " (expected: YAML)");
        } catch (IOException e) {
            throw new ConfigException(file + ": can't be read: " + e + " (expected: a config.yml of Paddle Serving)");
        }
        PaddleConfig config = new PaddleConfig(file.getFileName().toString(), base);
        if (tree == null || !tree.isObject()) {
            throw new ConfigException(file + ": not a section of keys and values (expected: http_port or rpc_port, op, dag, worker_num)");
        }
        config.server(tree);
        return new Mapped(Collections.unmodifiableMap(config.settings), List.copyOf(config.warnings));
    }

    private void server(JsonNode tree) {
        int httpPort = whole(tree, "", "http_port", 0, MAX_PORT).orElse(0);
        int rpcPort = whole(tree, "", "rpc_port", 0, MAX_PORT).orElse(0);
        if (httpPort == 0 && rpcPort == 0) {
            throw new ConfigException(source + ": http_port: missing (expected: http_port or rpc_port, 1.." + MAX_PORT + ")");
        }
        whole(tree, "", "worker_num", 1, ANY).ifPresent(workers -> put("worker.stream_threads", capped("worker_num", workers, Math.min(MAX_STREAM_THREADS, base.topics().partitions()))));
        JsonNode dag = section(tree, "dag", "dag");
        JsonNode ops = section(tree, "op", "op");
        warnOfOthers(tree, "", Set.of("http_port", "rpc_port", "worker_num", "dag", "op"));
        JsonNode tracer = section(dag, "tracer", "dag.tracer");
        whole(tracer, "dag.tracer.", "interval_s", -1, ANY).ifPresent(seconds -> {
            if (seconds < 1) {
                warn("dag.tracer.interval_s: " + seconds + " switches the tracer off there; here it is always on, every " + base.tracer().intervalS() + " s");
            } else {
                put("tracer.interval_s", capped("dag.tracer.interval_s", seconds, MAX_INTERVAL_S));
            }
        });
        warnOfOthers(tracer, "dag.tracer.", Set.of("interval_s"));
        Optional<Integer> queue = whole(dag, "dag.", "channel_size", 0, ANY).filter(size -> size > 0);
        warnOfOthers(dag, "dag.", Set.of("tracer", "channel_size"));
        ops(ops, httpPort, rpcPort, queue);
        if (base.bridge().host().equals("127.0.0.1")) {
            warn("the stock server listens on all addresses, this one on 127.0.0.1 (--host 0.0.0.0 for all)");
        }
    }

    private void ops(JsonNode ops, int httpPort, int rpcPort, Optional<Integer> queue) {
        PaddleService service = PaddleService.of(source, ops);
        String pipeline = PaddleServices.pipelineFor(service.form(), base).orElseThrow(() -> new ConfigException(source + ": op." + String.join(", op.", service.stages().keySet())
                + ": no pipeline that " + PaddleServices.needs(service.form()) + " (expected: one in sightline.yaml; models in Paddle's format are not run here, docs/models.md says how to bring them)"));
        ObjectNode section = JSON.createObjectNode().put("pipeline", pipeline).put("answer", service.form().name().toLowerCase(Locale.ROOT)).put("http_port", httpPort).put("rpc_port", rpcPort);
        ObjectNode services = JSON.createObjectNode();
        services.set(service.name(), section);
        put("paddle_serving.services", services);
        PipelineSettings given = base.pipelines().get(pipeline);
        ObjectNode batching = JSON.createObjectNode();
        service.stages().forEach((op, stage) -> {
            ObjectNode numbers = op(ops.get(op), "op." + op + ".", modelOf(given, stage));
            queue.ifPresent(size -> numbers.put("queue_capacity", capped("dag.channel_size", size, MAX_QUEUE)));
            if (!numbers.isEmpty()) {
                batching.set(stage, numbers);
            }
        });
        given.batching().keySet().stream().filter(batching::has).forEach(stage -> warn("pipelines." + pipeline + ".batching." + stage + " of the configuration gives way to this file"));
        batching.fields().forEachRemaining(stage -> put("pipelines." + pipeline + ".batching." + stage.getKey(), stage.getValue()));
        if (!devices.isEmpty()) {
            ObjectNode all = JSON.valueToTree(base.models().devices());
            put("models.devices", all.setAll(devices));
        }
        if (threads > 0) {
            put("models.runtime.intra_op_threads", threads);
        }
    }

    /** The stage's numbers; what is about the model goes to the fields. */
    private ObjectNode op(JsonNode op, String path, String model) {
        ObjectNode numbers = JSON.createObjectNode();
        whole(op, path, "concurrency", 1, ANY).ifPresent(lanes -> numbers.put("lanes", capped(path + "concurrency", lanes, MAX_LANES)));
        whole(op, path, "batch_size", 1, ANY).ifPresent(size -> numbers.put("max_batch", capped(path + "batch_size", size, MAX_BATCH)));
        whole(op, path, "auto_batching_timeout", -1, ANY).filter(ms -> ms >= 0).ifPresent(ms -> numbers.put("max_delay_ms", capped(path + "auto_batching_timeout", ms, MAX_DELAY_MS)));
        whole(op, path, "timeout", -1, ANY).filter(ms -> ms > 0).ifPresent(ms -> warn(path + "timeout: " + ms + " has no counterpart (bridge.request_timeout_ms, " + base.bridge().requestTimeoutMs() + ", bounds the whole request)"));
        JsonNode local = section(op, "local_service_conf", path + "local_service_conf");
        warnOfOthers(op, path, Set.of("concurrency", "batch_size", "auto_batching_timeout", "timeout", "local_service_conf"));
        String localPath = path + "local_service_conf.";
        if (local.hasNonNull("model_config")) {
            warn(localPath + "model_config: '" + local.get("model_config").asText() + "' is in Paddle's format, which is not run here: model '" + model + "' stands in for it (docs/models.md says how to bring yours as ONNX)");
        }
        whole(local, localPath, "thread_num", 1, ANY).ifPresent(count -> threads = Math.max(threads, capped(localPath + "thread_num", count, MAX_THREADS)));
        device(local, localPath, model);
        warnOfOthers(local, localPath, Set.of("model_config", "device_type", "devices", "thread_num"));
        return numbers;
    }

    private void device(JsonNode local, String path, String model) {
        Optional<Integer> type = whole(local, path, "device_type", -1, ANY);
        String cards = local.path("devices").asText("").strip();
        if (type.isEmpty() && !local.has("devices")) {
            return;
        }
        if (!cards.matches("([0-9]{1,2}(\\s*,\\s*[0-9]{1,2})*)?")) {
            throw new ConfigException(source + ": " + path + "devices: '" + cards + "' (expected: numbers of GPUs, '0' or '0,1', or nothing)");
        }
        int kind = type.filter(t -> t >= 0).orElse(cards.isEmpty() ? 0 : 1);
        if (kind > 2) {
            warn(path + "device_type: " + kind + " has no counterpart (" + OTHER_DEVICES.getOrDefault(kind, "unknown") + "): the configured devices stay");
        } else if (kind == 0) {
            devices.putArray(name(model)).add("cpu");
        } else {
            String[] gpus = cards.isEmpty() ? new String[] {"0"} : cards.split("\\s*,\\s*");
            String gpu = "cuda:" + Integer.parseInt(gpus[0]);
            devices.putArray(name(model)).add(gpu).add("cpu");
            warn(path + "devices: '" + cards + "': " + gpu + " is tried, else the CPU is used and a warning says why (--set models.devices." + name(model) + "=" + gpu + " insists)"
                    + (gpus.length > 1 ? "; one model runs on one GPU here, the others stay idle" : "") + (kind == 2 ? "; CUDA, not TensorRT" : ""));
        }
    }

    private static String modelOf(PipelineSettings pipeline, String stage) {
        return switch (stage) {
            case "detect" -> pipeline.detector();
            case "classify" -> pipeline.classifier().orElseThrow();
            default -> pipeline.embedder();
        };
    }

    /** Without its version. */
    private static String name(String model) {
        int at = model.indexOf('@');
        return at < 0 ? model : model.substring(0, at);
    }

    private JsonNode section(JsonNode parent, String key, String path) {
        JsonNode node = parent.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return JSON.createObjectNode();
        }
        if (!node.isObject()) {
            throw new ConfigException(source + ": " + path + ": " + node + " (expected: a section of keys and values)");
        }
        return node;
    }

    private Optional<Integer> whole(JsonNode parent, String path, String key, int min, int max) {
        JsonNode node = parent.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            throw new ConfigException(source + ": " + path + key + ": " + node.asText(node.toString()) + " (expected: a whole number" + (max == ANY ? ", at least " + min : ", " + min + ".." + max) + ")");
        }
        return Optional.of(node.intValue());
    }

    private int capped(String path, int value, int max) {
        if (value > max) {
            warn(path + ": " + value + " is more than there can be here: " + max);
        }
        return Math.min(value, max);
    }

    private void warnOfOthers(JsonNode section, String path, Set<String> known) {
        section.fields().forEachRemaining(field -> {
            String value = field.getValue().isValueNode() ? field.getValue().asText() : field.getValue().toString();
            if (!known.contains(field.getKey()) && !DEFAULT_VALUES.contains(field.getKey() + " " + value)) {
                warn(path + field.getKey() + ": " + value + " has no counterpart");
            }
        });
    }

    private void warn(String what) {
        warnings.add(source + ": " + what);
    }

    private void put(String key, Object yaml) {
        settings.put(key, yaml.toString());
    }
}
