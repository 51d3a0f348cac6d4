package io.sightline.connectors.bridge.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What Python and numpy wrote (src/test/python/make_python_text_goldens.py). */
final class PythonGoldens {
    private static final JsonNode ALL = read();

    private PythonGoldens() {
    }

    private static JsonNode read() {
        try (InputStream in = PythonGoldens.class.getResourceAsStream("/golden/python-text.json")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode of(String name) {
        return ALL.path(name);
    }

    static Stream<JsonNode> each(String name) {
        return StreamSupport.stream(of(name).spliterator(), false);
    }

    static float float32(JsonNode bits) {
        return Float.intBitsToFloat(Integer.parseUnsignedInt(bits.textValue(), 16));
    }

    static double float64(JsonNode bits) {
        return Double.longBitsToDouble(Long.parseUnsignedLong(bits.textValue(), 16));
    }

    static List<List<Float>> table(JsonNode bits) {
        List<List<Float>> rows = new ArrayList<>();
        for (JsonNode row : bits) {
            List<Float> values = new ArrayList<>();
            row.forEach(value -> values.add(float32(value)));
            rows.add(values);
        }
        return rows;
    }
}
