package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * How a body holds what is sent: as it is, as parts of a form, or as JSON where that is taken. Clients send images under all kinds of
 * types (curl's default is a form's), so a type is refused only where it says that the body is no image.
 *
 * @param boundary what is between the parts of a form; null: none
 */
record BodyKind(Form form, String boundary) {
    /** What the body is. */
    enum Form { IMAGE, PARTS, JSON, JSON_LINES }

    private static final String EXPECTED = " (expected: the image as body, e.g. image/jpeg, or multipart/form-data with the part image";
    private static final BodyKind BARE_IMAGE = new BodyKind(Form.IMAGE, null);

    /** An image, bare or in a form. */
    static BodyKind of(HttpHeaders headers) {
        return of(headers, false, false);
    }

    /**
     * @param json whether one JSON object is taken too
     * @param lines whether JSON lines are taken too
     */
    static BodyKind of(HttpHeaders headers, boolean json, boolean lines) {
        String expected = EXPECTED + (json ? ", or application/json" : "") + (lines ? ", or application/x-ndjson" : "") + ")";
        Calls.checkPlain(headers);
        List<String> given = headers.getAll(HttpHeaderNames.CONTENT_TYPE);
        if (given.size() > 1) {
            throw new HttpProblem(HttpStatus.BAD_REQUEST, "content-type: given " + given.size() + " times (expected: once)");
        }
        if (given.isEmpty() || given.get(0).isBlank()) {
            return BARE_IMAGE;
        }
        String text = given.get(0);
        MediaType type;
        try {
            type = MediaType.parse(text);
        } catch (IllegalArgumentException e) {
            throw unsupported("content-type: '" + RequestLimits.shown(text) + "'" + expected);
        }
        if (type.type().equals("multipart")) {
            if (!type.subtype().equals("form-data")) {
                throw unsupported("content-type: '" + RequestLimits.shown(text) + "'" + expected);
            }
            return new BodyKind(Form.PARTS, MultipartBody.checkBoundary(type.parameters().getOrDefault("boundary", List.of())));
        }
        String subtype = type.subtype().toLowerCase(Locale.ROOT);
        if (json && subtype.equals("json")) {
            return new BodyKind(Form.JSON, null);
        }
        if (lines && (subtype.equals("x-ndjson") || subtype.equals("ndjson"))) {
            return new BodyKind(Form.JSON_LINES, null);
        }
        if (subtype.equals("json") || subtype.endsWith("+json") || subtype.equals("xml")) {
            throw unsupported("content-type: '" + RequestLimits.shown(text) + "'" + expected);
        }
        return BARE_IMAGE;
    }

    private static HttpProblem unsupported(String message) {
        return new HttpProblem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, message);
    }

    boolean json() {
        return form == Form.JSON;
    }

    boolean multipart() {
        return form == Form.PARTS;
    }

    /** The images of a form, at most so many. */
    List<ByteBuffer> images(byte[] body, int atMost) {
        return new MultipartBody(body, boundary).images(atMost);
    }

    /** The image in the body; may be empty. */
    ByteBuffer image(byte[] body) {
        return !multipart() ? ByteBuffer.wrap(body) : new MultipartBody(body, boundary).image();
    }
}
