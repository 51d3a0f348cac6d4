package io.sightline.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.client.EntryUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A picture or a vector, of it a box, and what goes with it. */
final class GalleryEntryOptions {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    @Parameters(arity = "0..1", paramLabel = "PICTURE", description = "a JPEG or PNG file")
    private Path picture;
    @Option(names = "--vector", paramLabel = "FILE", description = "instead of a picture: a file with a JSON array of numbers")
    private Path vector;
    @Option(names = "--vector-model", paramLabel = "NAME@VERSION#HASH", description = "the model that made the vector (default: taken to be the worker's own)")
    private String vectorModel;
    @Option(names = "--box", paramLabel = "X1,Y1,X2,Y2", description = "where the thing is in the picture, pixels")
    private String box;
    @Option(names = "--label", paramLabel = "TEXT", required = true, description = "what the thing is called")
    private String label;
    @Option(names = "--attributes", paramLabel = "JSON", description = "a JSON object, given back with each match, and for filters")
    private String attributes;

    EntryUpload entry(String id) {
        return new EntryUpload(id, label, attributes == null ? null : json("attributes", attributes), picture == null ? null : bytes(picture), vector(vector), vectorModel, box(box));
    }

    static byte[] bytes(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailed("file: " + file + " (expected: a readable file)");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailed("file: " + file + " can't be read, " + e + " (expected: a readable file)");
        }
    }

    /** Null gives null. */
    static JsonNode vector(Path file) {
        return file == null ? null : json("vector", new String(bytes(file), java.nio.charset.StandardCharsets.UTF_8));
    }

    private static JsonNode json(String what, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // Jackson's own words go on about where it read from.
            String seen = e.getOriginalMessage().replaceAll(" \\(start marker at .*", "");
            throw new CommandFailed(what + ": not JSON, " + seen + " (expected: JSON)");
        }
    }

    /** Null gives null. */
    static List<Integer> box(String text) {
        if (text == null) {
            return null;
        }
        try {
            return Arrays.stream(text.split(",", -1)).map(side -> Integer.valueOf(side.strip())).toList();
        } catch (NumberFormatException e) {
            throw new CommandFailed("box: '" + text + "' (expected: x1,y1,x2,y2 in whole pixels)");
        }
    }
}
