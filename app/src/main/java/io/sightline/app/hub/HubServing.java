package io.sightline.app.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code hub serving start} was asked for, in PaddleHub's words.
 *
 * @param modules version by name; an empty one: none was asked for
 * @param gpus numbers of cards; used with useGpu only
 * @param workers concurrent tasks; used with useMultiprocess only
 * @param without what was asked for and has no counterpart, for a warning each
 */
public record HubServing(Map<String, String> modules, int port, boolean useGpu, List<String> gpus, boolean useMultiprocess, Optional<Integer> workers, List<String> without) {
    public static final int PORT = 8866;
    private static final int MAX_PORT = 65535;
    private static final List<String> STAGES = List.of("decode", "detect", "classify", "embed");

    /** @throws HubServingException where it can't be done as asked */
    public HubServing {
        if (modules.isEmpty()) {
            throw new HubServingException("modules: none (expected: --modules MODULE[==VERSION]..., or modules_info in the file given with --config)");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new HubServingException("port: " + port + " (expected: 1.." + MAX_PORT + ")");
        }
        if (useGpu && useMultiprocess) {
            throw new HubServingException("use_gpu and use_multiprocess: both asked for (expected: one of them)");
        }
        List<String> all = new ArrayList<>(without);
        modules.forEach((name, version) -> {
            if (!version.isEmpty()) {
                all.add("version " + version + " of module " + name + ": its pipeline's models have versions of their own, in models.folder and each result's lineage");
            }
        });
        if (useGpu && gpus.size() > 1) {
            all.add("gpu " + String.join(",", gpus) + ": the first one is used");
        }
        without = List.copyOf(all);
        gpus = List.copyOf(gpus);
    }

    /** MODULE or MODULE==VERSION each. */
    public static Map<String, String> modules(List<String> items) {
        Map<String, String> modules = new LinkedHashMap<>();
        for (String item : items) {
            int equals = item.indexOf("==");
            modules.put(equals < 0 ? item : item.substring(0, equals), equals < 0 ? "" : item.substring(equals + 2));
        }
        return modules;
    }

    /** The same in keys of our configuration. @param cores of the machine */
    public Map<String, String> configuration(int cores) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("bridge.port", String.valueOf(port));
        keys.put("hub.port", String.valueOf(port));
        if (useGpu) {
            keys.put("models.runtime.device", "[cuda:" + gpus.get(0) + "]");
        }
        if (useMultiprocess) {
            STAGES.forEach(stage -> keys.put("stages." + stage + ".lanes", String.valueOf(workers.orElse(2 * cores - 1))));
        }
        return keys;
    }
}
