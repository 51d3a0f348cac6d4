package io.sightline.schemas.request;

import io.sightline.schemas.settings.Setting;
import java.util.regex.Pattern;

/**
 * The limits of what a request may ask, checked the same way by the bridge (before a record is made) and by the worker. All checks
 * throw {@link InvalidRequestException}. Immutable.
 */
public record RequestLimits(
        @Setting(doc = "Largest encoded image, bytes.", def = "16777216", min = 1, max = 16777216) int maxImageBytes,
        @Setting(doc = "Largest decoded image, pixels (width x height), decided from the header.", def = "67108864", min = 1, max = 268435456) long maxImagePixels,
        @Setting(doc = "Longest side of an image, pixels.", def = "16384", min = 1, max = 65535) int maxImageSide,
        @Setting(doc = "Largest top_k a request may ask.", def = "100", min = 1, max = 1000) int maxTopK) {

    /** Names of pipelines, galleries: safe in a path, a topic key and a metric label. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final int MAX_ID_LENGTH = 200;
    private static final int MAX_SHOWN = 60;

    public static final RequestLimits DEFAULT = new RequestLimits(16 << 20, 64L << 20, 16384, 100);

    public int checkTopK(int topK) {
        if (topK < 1 || topK > maxTopK) {
            throw new InvalidRequestException("top_k: " + topK + " (expected: 1.." + maxTopK + ")");
        }
        return topK;
    }

    public static double checkScoreThreshold(double threshold) {
        if (!(threshold >= -1 && threshold <= 1)) {
            throw new InvalidRequestException("score_threshold: " + threshold + " (expected: -1..1)");
        }
        return threshold;
    }

    /** @param what what is named: "pipeline", "gallery" */
    public static String checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(what + ": '" + shown(name) + "' (expected: 1 to 100 of A-Z a-z 0-9 . _ -)");
        }
        return name;
    }

    /** @param what what is identified: "request_id", "id" */
    public static String checkId(String what, String id) {
        if (id.isBlank() || id.length() > MAX_ID_LENGTH || id.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRequestException(
                    what + ": '" + shown(id) + "', " + id.length() + " characters (expected: 1.." + MAX_ID_LENGTH + ", none a control character)");
        }
        // In UTF-8 each would become a question mark, and ids that differ the same.
        if (id.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new InvalidRequestException(what + ": '" + shown(id) + "' with half of a surrogate pair (expected: whole characters)");
        }
        return id;
    }

    public void checkImageBytes(long bytes) {
        if (bytes == 0) {
            throw new InvalidRequestException("image: 0 bytes (expected: a JPEG or PNG file)");
        }
        if (bytes > maxImageBytes) {
            throw new InvalidRequestException("image: " + bytes + " bytes (expected: at most " + maxImageBytes + ")");
        }
    }

    /** Text of the user's, cut short and without control characters and halves of surrogate pairs, which can't be sent, for an error message. */
    public static String shown(String text) {
        String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?") + (cut.length() < text.length() ? "…" : "");
    }
}
