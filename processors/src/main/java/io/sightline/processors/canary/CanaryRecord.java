package io.sightline.processors.canary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What a model made of the stored pictures when that was known to be right: {@code canary.json} beside its {@code model.yaml}. */
public record CanaryRecord(Map<CanaryPicture, CanaryValue> values) {
    public static final String FILE = "canary.json";
    private static final JsonMapper JSON = new JsonMapper();

    public CanaryRecord {
        values = Map.copyOf(values);
    }

    /**
     * Empty where nothing was recorded, or of another file of the model.
     *
     * @throws ModelException the record can't be read
     */
    public static Optional<CanaryRecord> read(ModelSpec spec) {
        Path file = file(spec);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (!json.path("model").asText().equals(spec.id())) {
                return Optional.empty();
            }
            Map<CanaryPicture, CanaryValue> values = new EnumMap<>(CanaryPicture.class);
            for (CanaryPicture picture : CanaryPicture.values()) {
                values.put(picture, value(json.path("pictures").path(picture.key())));
            }
            return Optional.of(new CanaryRecord(values));
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException(file + ": can't be read, " + e.getMessage() + " (expected: as `sightline models canary --record` writes it)", e);
        }
    }

    private static CanaryValue value(JsonNode json) {
        JsonNode given = json.path("numbers");
        if (!given.isArray()) {
            throw new IllegalArgumentException("no numbers");
        }
        float[] numbers = new float[given.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) given.get(i).asDouble(Double.NaN);
        }
        return new CanaryValue(CanaryValue.Kind.valueOf(json.path("kind").asText()), json.path("label").asText(), numbers);
    }

    public Path write(ModelSpec spec) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("model", spec.id());
        ObjectNode pictures = json.putObject("pictures");
        for (CanaryPicture picture : CanaryPicture.values()) {
            CanaryValue value = values.get(picture);
            ObjectNode one = pictures.putObject(picture.key()).put("kind", value.kind().name()).put("label", value.label());
            for (float number : value.numbers()) {
                one.withArray("numbers").add(number);
            }
            one.withArray("numbers");
        }
        return Files.writeString(file(spec), JSON.writeValueAsString(json) + "\n");
    }

    private static Path file(ModelSpec spec) {
        return spec.file().resolveSibling(FILE);
    }
}
