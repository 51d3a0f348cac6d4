package io.sightline.app.gallery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.connectors.client.EntryUpload;
import io.sightline.connectors.dataset.LabelFile;
import io.sightline.schemas.request.RequestLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What can be imported into a gallery: PaddleClas's label file ({@code path TAB label} a line; the path is the entry's id), or JSON lines
 * with the fields of an entry ({@code id, label, attributes, vector, vector_model, box}, and {@code image} in base64 or {@code image_file}).
 * JSON lines begin with a brace.
 */
final class ImportFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    /** Some editors begin a file with it; in UTF-8. */
    private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};
    private static final String IMAGE_FILE = "image_file";

    private ImportFile() {
    }

    /**
     * @param root what paths of pictures are relative to; empty: the file's own folder
     * @throws IllegalArgumentException names the file, perhaps the line, what was seen and what was expected
     */
    static List<ImportItem> read(Path file, Optional<Path> root) {
        return beginsWithBrace(file) ? jsonLines(file, root.orElseGet(() -> file.toAbsolutePath().getParent())) : labels(file, root);
    }

    private static boolean beginsWithBrace(Path file) {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            int first = in.read();
            for (int mark : BYTE_ORDER_MARK) {
                if (first == mark) {
                    first = in.read();
                }
            }
            while (first >= 0 && Character.isWhitespace(first)) {
                first = in.read();
            }
            return first == '{';
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": not there (expected: a label file or JSON lines)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": can't be read, " + e + " (expected: a label file or JSON lines)", e);
        }
    }

    private static List<ImportItem> labels(Path file, Optional<Path> root) {
        List<ImportItem> items = new ArrayList<>();
        LabelFile.readLines(file, root, line -> items.add(new ImportItem(place(file, line.number()), line.path(),
                () -> new EntryUpload(line.path(), line.picture().label(), null, picture(line.picture().file()), null, null, null).line())),
                (number, reason) -> items.add(broken(place(file, number), reason)));
        return items;
    }

    private static String place(Path file, int number) {
        return file + " line " + number;
    }

    private static byte[] picture(Path file) throws IOException {
        // Not to fill the memory with what can only be refused.
        long size = Files.size(file);
        if (size > RequestLimits.DEFAULT.maxImageBytes()) {
            throw new IllegalArgumentException(file + ": " + size + " bytes (expected: at most " + RequestLimits.DEFAULT.maxImageBytes() + ")");
        }
        return Files.readAllBytes(file);
    }

    private static List<ImportItem> jsonLines(Path file, Path root) {
        List<ImportItem> items = new ArrayList<>();
        int number = 0;
        try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                number++;
                String line = number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
                if (!line.isBlank()) {
                    items.add(item(place(file, number), line, root));
                }
            }
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IllegalArgumentException(place(file, number + 1) + ": bytes that are no UTF-8 (expected: JSON lines)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": can't be read, " + e + " (expected: JSON lines)", e);
        }
        return items;
    }

    /** A line that makes no sense is an item all the same: it fails when its turn comes, and no other with it. */
    private static ImportItem item(String place, String text, Path root) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return broken(place, "'" + RequestLimits.shown(text) + "' (expected: a JSON object)");
        }
        if (!(node instanceof ObjectNode entry)) {
            return broken(place, "'" + RequestLimits.shown(text) + "' (expected: a JSON object)");
        }
        JsonNode id = entry.get("id");
        return new ImportItem(place, id != null && id.isTextual() ? id.textValue() : null, () -> line(entry.deepCopy(), root));
    }

    private static ImportItem broken(String place, String reason) {
        return new ImportItem(place, null, () -> {
            throw new IllegalArgumentException(reason);
        });
    }

    private static byte[] line(ObjectNode entry, Path root) throws IOException {
        JsonNode name = entry.remove(IMAGE_FILE);
        if (name != null) {
            if (!name.isTextual() || entry.has("image")) {
                throw new IllegalArgumentException(IMAGE_FILE + ": " + RequestLimits.shown(name.toString()) + (entry.has("image") ? " beside image" : "") + " (expected: the path of a picture, and no image)");
            }
            try {
                entry.put("image", picture(root.resolve(name.textValue())));
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(IMAGE_FILE + ": '" + RequestLimits.shown(name.textValue()) + "' (expected: the path of a picture)");
            }
        }
        return JSON.writeValueAsBytes(entry);
    }
}
