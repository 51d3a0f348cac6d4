package io.sightline.connectors.bridge;

import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The texts in a URL. Strict: whatever is not exactly understood is an {@link InvalidRequestException} that names it. */
final class PercentText {
    private PercentText() {
    }

    /**
     * @param query the part of the URL behind the question mark, as it was sent; null: none
     * @param known names it may have
     */
    static Map<String, String> parameters(String query, List<String> known) {
        Map<String, String> given = new HashMap<>();
        for (String pair : (query == null ? "" : query).split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode("query", equals < 0 ? pair : pair.substring(0, equals), true);
            if (!known.contains(name)) {
                throw new InvalidRequestException("parameter: '" + RequestLimits.shown(name) + "' (expected: " + (known.isEmpty() ? "none" : "one of " + String.join(", ", known)) + ")");
            }
            if (given.put(name, equals < 0 ? "" : decode("query", pair.substring(equals + 1), true)) != null) {
                throw new InvalidRequestException(name + ": given more than once (expected: once)");
            }
        }
        return given;
    }

    /** @param what where the text is, for the message */
    static String decode(String what, String text, boolean plusIsBlank) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw encoding(what, text);
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c == '+' && plusIsBlank ? ' ' : c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return RecordHeaders.utf8(bytes.toByteArray()).orElseThrow(() -> encoding(what, text));
    }

    private static InvalidRequestException encoding(String what, String text) {
        return new InvalidRequestException(what + ": '" + RequestLimits.shown(text) + "' (expected: percent-encoded UTF-8)");
    }

    /** For one segment of a path or a value of a query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
