package io.sightline.processors.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sightline.processors.prepare.PreprocessOp;
import io.sightline.processors.prepare.Preprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Reads a model.yaml, strictly. */
final class ModelYaml {
    private static final ObjectMapper MAPPER = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int MAX_DIMENSION = 8192;

    private ModelYaml() {
    }

    /** @param version the version's folder; the file must say the same */
    static ModelSpec read(Path file, String version) {
        YamlSection model = new YamlSection(file, "", parse(file));
        String name = model.text("name");
        if (!model.text("version").equals(version)) {
            throw model.wrong("version", "'" + model.text("version") + "'", "'" + version + "', the folder's name");
        }
        ModelTask task = model.choice("task", ModelTask.class);
        Path onnx = onnxFile(model);
        String sha256 = sha256(model);
        String licence = model.text("licence");
        String source = model.text("source");
        List<ModelInput> inputs = inputs(model);
        List<PreprocessOp> preprocess = PreprocessYaml.read(model);
        ModelOutput output = OutputYaml.read(model, task);
        List<String> labels = model.has("labels") ? model.texts("labels") : List.of();
        if (task == ModelTask.DETECTION && labels.isEmpty()) {
            throw model.wrong("labels", "none", "a name for each class of a detection model");
        }
        GalleryIndexing gallery = gallery(model);
        OptionalDouble cosine = cosine(model);
        model.done();
        Checksum.check(onnx, sha256, file);
        ModelSpec spec = new ModelSpec(name, version, task, onnx, sha256, licence, source, inputs, preprocess, output, labels, gallery, cosine);
        checkPreprocess(model, spec);
        return spec;
    }

    private static JsonNode parse(Path file) {
        try {
            return MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            throw new ModelException(file + line + ": " + e.getOriginalMessage().lines().findFirst().orElse("") + " (expected: YAML)", e);
        } catch (IOException e) {
            throw new ModelException(file + ": can't be read, " + e, e);
        }
    }

    private static Path onnxFile(YamlSection model) {
        String name = model.text("file");
        if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            throw model.wrong("file", "'" + name + "'", "a file name in the model's own folder");
        }
        Path onnx = model.file().resolveSibling(name);
        if (!Files.isRegularFile(onnx)) {
            throw model.wrong("file", "'" + name + "', which is not there", "the ONNX file beside model.yaml");
        }
        return onnx;
    }

    private static String sha256(YamlSection model) {
        String sha256 = model.text("sha256").toLowerCase(Locale.ROOT);
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw model.wrong("sha256", "'" + sha256 + "'", "64 hexadecimal digits");
        }
        return sha256;
    }

    private static List<ModelInput> inputs(YamlSection model) {
        List<ModelInput> inputs = model.sections("inputs").stream().map(item -> {
            ModelInput input = new ModelInput(item.text("name"), item.integers("shape"));
            item.choice("type", List.of("float32"));
            item.done();
            if (input.shape().isEmpty() || input.shape().stream().anyMatch(d -> d == 0 || d < -1 || d > MAX_DIMENSION)) {
                throw item.wrong("shape", input.shapeText(), "dimensions, each -1 or 1.." + MAX_DIMENSION);
            }
            if (input.shape().get(0) != -1 && input.shape().get(0) != 1) {
                throw item.wrong("shape", input.shapeText(), "-1 or 1 first, the items of a batch");
            }
            return input;
        }).toList();
        if (inputs.size() != 1) {
            throw model.wrong("inputs", inputs.size() + " inputs", "one, the picture");
        }
        ModelInput picture = inputs.get(0);
        List<Long> shape = picture.shape();
        if (shape.size() != ModelInput.PICTURE_DIMENSIONS || shape.get(1) != 3 || shape.get(2) < 1 || shape.get(3) < 1) {
            throw model.wrong("inputs[0].shape", picture.shapeText(), "[-1, 3, height, width]");
        }
        return inputs;
    }

    private static GalleryIndexing gallery(YamlSection model) {
        if (!model.has("gallery")) {
            return GalleryIndexing.WHOLE;
        }
        YamlSection section = model.section("gallery");
        boolean detected = section.choice("indexing", List.of("detected", "whole")).equals("detected");
        double widen = section.has("widen") ? section.number("widen", 0, 2) : 0;
        section.done();
        return new GalleryIndexing(detected, widen);
    }

    private static OptionalDouble cosine(YamlSection model) {
        if (!model.has("thresholds")) {
            return OptionalDouble.empty();
        }
        YamlSection section = model.section("thresholds");
        double cosine = section.number("cosine", -1, 1);
        section.done();
        return OptionalDouble.of(cosine);
    }

    private static void checkPreprocess(YamlSection model, ModelSpec spec) {
        try {
            Preprocessor.check(spec.preprocess(), spec.pictureSize());
        } catch (IllegalArgumentException e) {
            throw new ModelException(model.file() + ": " + e.getMessage(), e);
        }
    }
}
