package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a request asks besides its image; null where it does not say. Strict: whatever is not exactly understood is an
 * {@link InvalidRequestException} that names it.
 */
record RecognitionQuery(String pipeline, String gallery, Integer topK, Double scoreThreshold) {
    private static final List<String> KNOWN = List.of("pipeline", "gallery", "top_k", "score_threshold");
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");
    /** As JSON and people write numbers: no NaN, no hexadecimal, no trailing d. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?");

    /** @param query the part of the URL behind the question mark, as it was sent; null: none */
    static RecognitionQuery parse(String query, RequestLimits limits) {
        Map<String, String> given = split(query == null ? "" : query);
        String pipeline = given.get("pipeline");
        String gallery = given.get("gallery");
        String topK = given.get("top_k");
        String threshold = given.get("score_threshold");
        return new RecognitionQuery(
                pipeline == null ? null : RequestLimits.checkName("pipeline", pipeline),
                gallery == null ? null : RequestLimits.checkName("gallery", gallery),
                topK == null ? null : topK(topK, limits),
                threshold == null ? null : threshold(threshold));
    }

    private static int topK(String text, RequestLimits limits) {
        if (!WHOLE.matcher(text).matches() || Long.parseLong(text) != (int) Long.parseLong(text)) {
            throw new InvalidRequestException("top_k: '" + RequestLimits.shown(text) + "' (expected: a whole number, 1.." + limits.maxTopK() + ")");
        }
        return limits.checkTopK(Integer.parseInt(text));
    }

    private static double threshold(String text) {
        if (text.length() > 100 || !NUMBER.matcher(text).matches()) {
            throw new InvalidRequestException("score_threshold: '" + RequestLimits.shown(text) + "' (expected: a number, -1..1)");
        }
        return RequestLimits.checkScoreThreshold(Double.parseDouble(text));
    }

    private static Map<String, String> split(String query) {
        Map<String, String> given = new HashMap<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (!KNOWN.contains(name)) {
                throw new InvalidRequestException("parameter: '" + RequestLimits.shown(name) + "' (expected: one of " + String.join(", ", KNOWN) + ")");
            }
            if (given.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw new InvalidRequestException(name + ": given more than once (expected: once)");
            }
        }
        return given;
    }

    private static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw encoding(text);
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c == '+' ? ' ' : c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return io.sightline.schemas.RecordHeaders.utf8(bytes.toByteArray()).orElseThrow(() -> encoding(text));
    }

    private static InvalidRequestException encoding(String text) {
        return new InvalidRequestException("query: '" + RequestLimits.shown(text) + "' (expected: percent-encoded UTF-8)");
    }

    /** The id the caller gave, Idempotency-Key before X-Request-Id (which proxies add by themselves), or a new one. */
    static String requestId(HttpHeaders headers) {
        for (String name : List.of("idempotency-key", "x-request-id")) {
            List<String> given = headers.getAll(name);
            if (given.size() > 1) {
                throw new InvalidRequestException(name + ": given more than once (expected: once)");
            }
            if (given.size() == 1) {
                return RequestLimits.checkId(name, given.get(0));
            }
        }
        return UUID.randomUUID().toString();
    }
}
