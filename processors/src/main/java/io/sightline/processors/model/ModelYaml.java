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
        List<ModelInput> inputs = InputsYaml.read(model);
        List<PreprocessOp> preprocess = PreprocessYaml.read(model);
        if (task != ModelTask.DETECTION && inputs.size() > 1) {
            throw model.wrong("inputs", inputs.size() + " inputs", "one, the picture");
        }
        ModelOutput output = OutputYaml.read(model, task);
        List<String> labels = LabelsYaml.read(model);
        if (task == ModelTask.DETECTION && labels.isEmpty()) {
            throw model.wrong("labels", "none", "a name for each class of a detection model");
        }
        GalleryIndexing gallery = gallery(model);
        OptionalDouble cosine = cosine(model);
        boolean aligned = model.has("alignment") && model.choice("alignment", List.of("arcface", "none")).equals("arcface");
        if (aligned && task != ModelTask.EMBEDDING) {
            throw model.wrong("alignment", "arcface for task " + task.name().toLowerCase(Locale.ROOT), "arcface for task embedding only");
        }
        model.done();
        Checksum.check(onnx, sha256, file);
        ModelSpec spec = new ModelSpec(name, version, task, onnx, sha256, licence, source, inputs, preprocess, output, labels, gallery, cosine, aligned);
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
        return model.sibling("file", "the ONNX file beside model.yaml");
    }

    private static String sha256(YamlSection model) {
        String sha256 = model.text("sha256").toLowerCase(Locale.ROOT);
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw model.wrong("sha256", "'" + sha256 + "'", "64 hexadecimal digits");
        }
        return sha256;
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
