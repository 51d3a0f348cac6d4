package io.sightline.schemas.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Limits of gallery entries and of what searches in galleries may ask, checked the same way by the bridge and by the worker. All checks
 * throw {@link InvalidRequestException}.
 */
public final class GalleryLimits {
    public static final int MAX_LABEL_CHARS = 1000;
    public static final int MAX_ATTRIBUTES_BYTES = 16 * 1024;
    /** How deep objects and arrays of an entry's attributes may lie in each other. */
    public static final int MAX_ATTRIBUTES_DEPTH = 100;
    public static final int MAX_VECTOR_LENGTH = 16_384;
    public static final int MAX_FILTER_CHARS = 1000;
    public static final int MAX_GALLERIES = 16;
    private static final int MAX_MODEL_CHARS = 300;
    private static final int BOX_NUMBERS = 4;

    private GalleryLimits() {
    }

    /** An id under which an entry can be asked for again: servers and clients resolve '..' in a URL's path, percent-encoded or not. */
    public static String checkEntryId(String id) {
        if (Arrays.asList(id.split("/", -1)).contains("..")) {
            throw new InvalidRequestException("id: '" + RequestLimits.shown(id) + "' (expected: no '..' between slashes, for no URL could name it)");
        }
        return id;
    }

    public static String checkLabel(String label) {
        if (label.length() > MAX_LABEL_CHARS) {
            throw new InvalidRequestException("label: " + label.length() + " characters (expected: at most " + MAX_LABEL_CHARS + ")");
        }
        return label;
    }

    /** Only the size: whether it is a JSON object is for those to say who can read JSON. */
    public static String checkAttributesBytes(String attributes) {
        // Characters first: no text of more can have fewer bytes.
        int bytes = attributes.length() > MAX_ATTRIBUTES_BYTES ? attributes.length() : attributes.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_ATTRIBUTES_BYTES) {
            throw new InvalidRequestException("attributes: " + bytes + " bytes (expected: at most " + MAX_ATTRIBUTES_BYTES + ")");
        }
        return attributes;
    }

    /** What lies deeper could not be written within an answer. Counts brackets, whatever else the text is. */
    public static String checkAttributesDepth(String attributes) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < attributes.length(); i++) {
            char c = attributes.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']')) {
                depth--;
            }
            if (depth > MAX_ATTRIBUTES_DEPTH) {
                throw new InvalidRequestException("attributes: nested more than " + MAX_ATTRIBUTES_DEPTH + " deep (expected: at most " + MAX_ATTRIBUTES_DEPTH + ")");
            }
        }
        return attributes;
    }

    /** Whether the dimension fits the gallery's model, only the worker knows. */
    public static List<Float> checkVector(List<Float> vector) {
        if (vector.isEmpty() || vector.size() > MAX_VECTOR_LENGTH) {
            throw new InvalidRequestException("vector: " + vector.size() + " numbers (expected: 1.." + MAX_VECTOR_LENGTH + ", as many as the model's dimension)");
        }
        boolean zero = true;
        for (int i = 0; i < vector.size(); i++) {
            float number = vector.get(i);
            if (!Float.isFinite(number)) {
                throw new InvalidRequestException("vector[" + i + "]: " + number + " (expected: a finite number)");
            }
            zero &= number == 0;
        }
        if (zero) {
            throw new InvalidRequestException("vector: " + vector.size() + " zeros (expected: a vector with a direction)");
        }
        return vector;
    }

    public static String checkVectorModel(String model) {
        if (model.isBlank() || model.length() > MAX_MODEL_CHARS) {
            throw new InvalidRequestException("vector_model: '" + RequestLimits.shown(model) + "', " + model.length() + " characters (expected: name@version#hash, at most "
                    + MAX_MODEL_CHARS + " characters)");
        }
        return model;
    }

    /** Whether it is inside the picture, only the worker knows. */
    public static List<Integer> checkBox(List<Integer> box) {
        if (box.size() != BOX_NUMBERS || box.get(0) < 0 || box.get(1) < 0 || box.get(0) >= box.get(2) || box.get(1) >= box.get(3)) {
            throw new InvalidRequestException("box: " + RequestLimits.shown(box.subList(0, Math.min(box.size(), 2 * BOX_NUMBERS)).toString())
                    + " (expected: x1, y1, x2, y2 in pixels with 0 <= x1 < x2 and 0 <= y1 < y2)");
        }
        return box;
    }

    /** Only the length: what it says is for the worker to read. */
    public static String checkFilter(String filter) {
        if (filter.isBlank() || filter.length() > MAX_FILTER_CHARS) {
            throw new InvalidRequestException("filter: '" + RequestLimits.shown(filter) + "', " + filter.length() + " characters (expected: 1.." + MAX_FILTER_CHARS
                    + ", such as brand == \"acme\" and price < 5)");
        }
        return filter;
    }

    public static List<String> checkGalleries(List<String> galleries) {
        if (galleries.isEmpty() || galleries.size() > MAX_GALLERIES) {
            throw new InvalidRequestException("galleries: " + galleries.size() + " (expected: 1.." + MAX_GALLERIES + ")");
        }
        galleries.forEach(gallery -> RequestLimits.checkName("galleries", gallery));
        if (galleries.stream().distinct().count() < galleries.size()) {
            throw new InvalidRequestException("galleries: " + RequestLimits.shown(galleries.toString()) + " (expected: each once)");
        }
        return galleries;
    }
}
