package io.sightline.connectors.bridge;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A multipart/form-data body (RFC 7578): a part {@code image}, which is not copied, and perhaps parts of text. Everything wrong is an
 * {@link InvalidRequestException}.
 */
final class MultipartBody {
    /** What boundaries and part headers may add to an image. */
    static final int MAX_OVERHEAD_BYTES = 64 << 10;
    static final String PART = "image";
    private static final int MAX_PARTS = 16;
    private static final int MAX_HEADER_BYTES = 8 << 10;
    private static final Pattern BOUNDARY = Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");
    /** One parameter of a header, its value quoted or not. Possessive throughout: hostile text costs neither stack nor time. */
    private static final Pattern PARAMETER = Pattern.compile(";\\s*+([A-Za-z0-9*_-]++)\\s*+=\\s*+(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^;\\s\"]*+))");

    private final byte[] body;
    private final byte[] delimiter;

    MultipartBody(byte[] body, String boundary) {
        this.body = body;
        this.delimiter = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    /** @param given the values of the parameter boundary of the content type */
    static String checkBoundary(List<String> given) {
        if (given.size() != 1) {
            throw new InvalidRequestException("content-type: multipart/form-data with " + given.size() + " boundaries (expected: one)");
        }
        if (!BOUNDARY.matcher(given.get(0)).matches()) {
            throw new InvalidRequestException("content-type: boundary '" + RequestLimits.shown(given.get(0)) + "' (expected: 1 to 70 of the characters of RFC 2046)");
        }
        return given.get(0);
    }

    /** The image of a form that has no other part. */
    ByteBuffer image() {
        return parts(List.of(PART)).get(PART);
    }

    /** The form's parts by name, each at most once, {@link #PART} always. @param known names they may have */
    Map<String, ByteBuffer> parts(List<String> known) {
        Map<String, ByteBuffer> seen = new HashMap<>();
        each(known, (name, content) -> {
            if (seen.size() == MAX_PARTS) {
                throw bad("more than " + MAX_PARTS + " parts");
            }
            if (seen.put(name, content) != null) {
                throw new InvalidRequestException("part: '" + name + "' twice (expected: once; several images go to " + ApiRoute.BATCH.path() + ")");
            }
        });
        if (!seen.containsKey(PART)) {
            throw new InvalidRequestException("part: " + (seen.isEmpty() ? "none" : String.join(", ", new java.util.TreeSet<>(seen.keySet()))) + " (expected: the part " + PART + ")");
        }
        return seen;
    }

    /** The images of a form with so many of them, in order; nothing else is in it. */
    List<ByteBuffer> images(int atMost) {
        List<ByteBuffer> images = new ArrayList<>();
        each(List.of(PART), (name, content) -> {
            if (images.size() == atMost) {
                throw new InvalidRequestException("images: more than " + atMost + " (expected: 1.." + atMost + ")");
            }
            images.add(content);
        });
        if (images.isEmpty()) {
            throw new InvalidRequestException("images: none (expected: 1.." + atMost + " parts " + PART + ")");
        }
        return images;
    }

    private void each(List<String> known, BiConsumer<String, ByteBuffer> part) {
        int at = afterDelimiter(firstDelimiter());
        while (at >= 0) {
            int content = headersEnd(at);
            String name = name(new String(body, at, Math.max(0, content - 4 - at), StandardCharsets.UTF_8));
            int end = nextDelimiter(content);
            if (!known.contains(name)) {
                throw new InvalidRequestException("part: '" + RequestLimits.shown(name) + "' (expected: only the part" + (known.size() == 1 ? " " : "s ") + String.join(", ", known) + ")");
            }
            part.accept(name, ByteBuffer.wrap(body, content, end - content).slice());
            at = afterDelimiter(end + 2);
        }
    }

    /** The first delimiter begins the body or a line. */
    private int firstDelimiter() {
        if (startsWith(0, delimiter)) {
            return 0;
        }
        return nextDelimiter(0) + 2;
    }

    /** Behind the delimiter at that place: the begin of the next part's headers, or -1 where it was the last one. */
    private int afterDelimiter(int at) {
        int i = at + delimiter.length;
        if (i + 1 < body.length && body[i] == '-' && body[i + 1] == '-') {
            return -1;
        }
        while (i < body.length && (body[i] == ' ' || body[i] == '\t')) {
            i++;
        }
        if (i + 1 >= body.length || body[i] != '\r' || body[i + 1] != '\n') {
            throw bad("a boundary without a line end");
        }
        return i + 2;
    }

    /** The place behind the empty line that ends the headers beginning at that place. */
    private int headersEnd(int from) {
        int limit = Math.min(body.length - 3, from + MAX_HEADER_BYTES);
        for (int i = from; i < limit; i++) {
            if (body[i] == '\r' && body[i + 1] == '\n' && body[i + 2] == '\r' && body[i + 3] == '\n') {
                return i + 4;
            }
        }
        throw bad("part headers without an end within " + MAX_HEADER_BYTES + " bytes");
    }

    private static String name(String headers) {
        for (String line : headers.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
                Matcher parameter = PARAMETER.matcher(line);
                while (parameter.find()) {
                    if (parameter.group(1).equalsIgnoreCase("name")) {
                        return parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
                    }
                }
            }
        }
        throw bad("a part without a name");
    }

    /** Where the line end before the next delimiter is. */
    private int nextDelimiter(int from) {
        int last = body.length - delimiter.length - 2;
        for (int i = from; i <= last; i++) {
            if (body[i] == '\r' && body[i + 1] == '\n' && startsWith(i + 2, delimiter)) {
                return i;
            }
        }
        throw bad("no closing boundary");
    }

    private boolean startsWith(int at, byte[] text) {
        if (at + text.length > body.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (body[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    private static InvalidRequestException bad(String what) {
        return new InvalidRequestException("multipart: " + what + " (expected: multipart/form-data as in RFC 7578, with the part " + PART + ")");
    }
}
