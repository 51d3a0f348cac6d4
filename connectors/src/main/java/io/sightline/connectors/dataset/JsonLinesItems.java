package io.sightline.connectors.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.json.ExactJson;
import io.sightline.schemas.request.RequestLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pictures that JSON lines list: {@code path}, perhaps {@code label}, all other fields are attributes: text as it is, anything else as the JSON it is. */
final class JsonLinesItems {
    private JsonLinesItems() {
    }

    static void add(Path list, DatasetOptions options, Dataset.Found found) {
        Path root = options.root().orElseGet(() -> list.toAbsolutePath().getParent());
        int number = 0;
        int items = 0;
        try (BufferedReader lines = Files.newBufferedReader(list, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    found.add(item(root, line));
                    items++;
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(list + " line " + number + ": " + e.getMessage(), e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(list + " line " + (number + 1) + ": bytes that are no UTF-8 (expected: JSON lines)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(list + ": can't be read, " + e + " (expected: JSON lines)", e);
        }
        if (items == 0) {
            throw new IllegalArgumentException(list + ": no line with a picture (expected: an object for each, with " + CsvItems.PATH + ")");
        }
    }

    private static DatasetItem item(Path root, String line) {
        JsonNode object;
        try {
            object = ExactJson.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("'" + RequestLimits.shown(line) + "' (expected: a JSON object)", e);
        }
        if (!object.isObject() || !object.path(CsvItems.PATH).isTextual()) {
            throw new IllegalArgumentException("'" + RequestLimits.shown(line) + "' (expected: a JSON object with " + CsvItems.PATH + ", the path of a picture)");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        object.fields().forEachRemaining(field -> {
            if (!field.getValue().isNull()) {
                attributes.put(field.getKey(), field.getValue().isTextual() ? field.getValue().textValue() : field.getValue().toString());
            }
        });
        String path = attributes.remove(CsvItems.PATH);
        return CsvItems.item(root, path, attributes.remove(CsvItems.LABEL), attributes);
    }
}
