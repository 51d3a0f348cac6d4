package io.sightline.app.run;

import io.sightline.app.config.ConfigException;
import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.hub.HubModule;
import io.sightline.connectors.bridge.hub.HubModuleSettings;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.PipelineStage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which pipeline answers for which of PaddleHub's modules. */
public final class HubModules {
    /** PaddleClas's service module. */
    static final String CLAS_SYSTEM = "clas_system";

    private HubModules() {
    }

    /** The modules served: those configured; where none are, clas_system, if there is one pipeline that it can be. */
    static List<HubModule> of(SightlineConfig config) {
        Map<String, HubModuleSettings> configured = config.hub().modules().isEmpty() ? byDefault(config) : config.hub().modules();
        return new TreeMap<>(configured).entrySet().stream().map(module -> module(module.getKey(), module.getValue().pipeline(), config)).toList();
    }

    /**
     * Those of the modules that were asked for; a pipeline's own name is a module too.
     *
     * @throws ConfigException where one is not known
     */
    public static Map<String, HubModuleSettings> named(Iterable<String> names, SightlineConfig config) {
        Map<String, HubModuleSettings> known = new TreeMap<>();
        config.pipelines().keySet().forEach(pipeline -> known.put(pipeline, new HubModuleSettings(pipeline)));
        known.putAll(byDefault(config));
        known.putAll(config.hub().modules());
        Map<String, HubModuleSettings> named = new LinkedHashMap<>();
        for (String name : names) {
            HubModuleSettings module = known.get(name);
            if (module == null) {
                throw new ConfigException("module: '" + name + "' (expected: one of " + String.join(", ", known.keySet()) + "; hub.modules." + name
                        + ".pipeline in the configuration says which pipeline it is)");
            }
            named.put(name, module);
        }
        return named;
    }

    private static Map<String, HubModuleSettings> byDefault(SightlineConfig config) {
        List<String> classifying = config.pipelines().entrySet().stream().filter(pipeline -> pipeline.getValue().does(PipelineStage.CLASSIFY)).map(Map.Entry::getKey).toList();
        return classifying.size() == 1 ? Map.of(CLAS_SYSTEM, new HubModuleSettings(classifying.get(0))) : Map.of();
    }

    private static HubModule module(String name, String pipeline, SightlineConfig config) {
        PipelineSettings settings = config.pipelines().get(pipeline);
        if (settings == null) {
            throw new ConfigException("hub.modules." + name + ".pipeline: '" + pipeline + "' (expected: one of " + String.join(", ", new TreeSet<>(config.pipelines().keySet())) + ")");
        }
        return new HubModule(name, pipeline, settings.does(PipelineStage.CLASSIFY) && !settings.does(PipelineStage.DETECT));
    }
}
