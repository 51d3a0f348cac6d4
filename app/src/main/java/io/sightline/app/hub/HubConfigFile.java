package io.sightline.app.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads PaddleHub Serving's {@code config.json}. What it says that has no counterpart here is noted, not refused. Used once. */
public final class HubConfigFile {
    private static final List<String> KNOWN = List.of("modules_info", "port", "use_gpu", "use_multiprocess", "workers", "gpu");
    private final Path file;
    private final List<String> without = new ArrayList<>();
    private boolean useGpu;

    private HubConfigFile(Path file) {
        this.file = file;
    }

    /** @throws HubServingException names the file, the key, what was seen and what was expected */
    public static HubServing read(Path file) {
        return new HubConfigFile(file).serving();
    }

    private HubServing serving() {
        JsonNode root = tree();
        root.fieldNames().forEachRemaining(key -> {
            if (!KNOWN.contains(key)) {
                without.add(key);
            }
        });
        JsonNode modules = root.path("modules_info");
        if (!modules.isObject() || modules.isEmpty()) {
            throw bad("modules_info", modules, "an object with a module or more");
        }
        Map<String, String> versions = new LinkedHashMap<>();
        modules.fields().forEachRemaining(module -> versions.put(module.getKey(), module(module.getKey(), module.getValue())));
        useGpu |= flag("use_gpu", root.path("use_gpu"));
        return new HubServing(versions, number("port", root.path("port")).orElse(HubServing.PORT), useGpu, gpus(root.path("gpu")),
                flag("use_multiprocess", root.path("use_multiprocess")), number("workers", root.path("workers")), without);
    }

    private JsonNode tree() {
        try {
            JsonNode root = new JsonMapper().readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new HubServingException(file + ": not a JSON object (expected: one with modules_info)");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new HubServingException(file + ": line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ": " + e.getOriginalMessage() + " (expected: JSON)");
        } catch (IOException e) {
            throw new HubServingException(file + ": can't be read: " + e + " (expected: PaddleHub Serving's config.json)");
        }
    }

    /** Its version; empty: none. */
    private String module(String name, JsonNode module) {
        if (!module.isObject()) {
            throw bad("modules_info." + name, module, "an object with init_args and predict_args");
        }
        String version = "";
        for (String arguments : List.of("init_args", "predict_args")) {
            for (Map.Entry<String, JsonNode> argument : (Iterable<Map.Entry<String, JsonNode>>) () -> module.path(arguments).fields()) {
                switch (argument.getKey()) {
                    case "version" -> version = argument.getValue().isNull() ? "" : argument.getValue().asText();
                    case "use_gpu" -> useGpu |= flag("modules_info." + name + "." + arguments + ".use_gpu", argument.getValue());
                    // Batches gather over callers here (stages.*.max_batch).
                    default -> without.add("modules_info." + name + "." + arguments + "." + argument.getKey());
                }
            }
        }
        return version;
    }

    private boolean flag(String key, JsonNode value) {
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw bad(key, value, "true or false");
        }
        return value.asBoolean(false);
    }

    private Optional<Integer> number(String key, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw bad(key, value, "a whole number, 1 or more");
        }
        return Optional.of(value.intValue());
    }

    private List<String> gpus(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? List.of("0") : gpus(value.asText());
    }

    /** @param text numbers of cards: {@code 0,1} */
    public static List<String> gpus(String text) {
        List<String> gpus = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (!gpus.stream().allMatch(gpu -> gpu.matches("[0-9]{1,2}"))) {
            throw new HubServingException("gpu: '" + text + "' (expected: numbers of cards, such as 0 or 0,1)");
        }
        return gpus;
    }

    private HubServingException bad(String key, JsonNode seen, String expected) {
        return new HubServingException(file.getFileName() + ": " + key + ": " + (seen.isMissingNode() ? "missing" : seen.toString()) + " (expected: " + expected + ")");
    }
}
