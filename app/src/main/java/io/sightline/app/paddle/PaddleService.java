package io.sightline.app.paddle;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.app.config.ConfigException;
import io.sightline.connectors.bridge.serving.AnswerForm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which service a {@code config.yml} is for. The file does not say; the program that reads it does. The names of its ops tell.
 *
 * @param name in the URL
 * @param stages op to the stage of ours that does the same
 */
record PaddleService(String name, AnswerForm form, Map<String, String> stages) {
    private static final Set<String> SHITU = Set.of("det", "rec");

    /** @throws ConfigException where they are the ops of no service known */
    static PaddleService of(String source, JsonNode ops) {
        Set<String> names = new TreeSet<>();
        ops.fields().forEachRemaining(op -> {
            if (!op.getValue().isObject()) {
                throw new ConfigException(source + ": op." + op.getKey() + ": " + op.getValue() + " (expected: a section of keys and values)");
            }
            names.add(op.getKey());
        });
        if (names.contains("rec") && SHITU.containsAll(names)) {
            Map<String, String> stages = new LinkedHashMap<>();
            if (names.contains("det")) {
                stages.put("det", "detect");
            }
            stages.put("rec", "embed");
            return new PaddleService("recognition", AnswerForm.RECOGNITION, stages);
        }
        if (names.size() != 1) {
            throw new ConfigException(source + ": op: " + (names.isEmpty() ? "none" : String.join(", ", names)) + " (expected: det and rec, imagenet, ArcFace, or one op of a TIPC service)");
        }
        String op = names.iterator().next();
        if (op.equalsIgnoreCase("arcface")) {
            return new PaddleService("ArcFace", AnswerForm.ARCFACE, Map.of(op, "embed"));
        }
        return new PaddleService(op, op.equals("imagenet") ? AnswerForm.IMAGENET : AnswerForm.TIPC, Map.of(op, "classify"));
    }
}
