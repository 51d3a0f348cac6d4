package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * How a body holds the image: as it is, or as a part of a form. Clients send images under all kinds of types (curl's default is a
 * form's), so a type is refused only where it says that the body is no image.
 *
 * @param boundary what is between the parts of a form; null: the body is the image
 */
record BodyKind(String boundary) {
    private static final String EXPECTED = " (expected: the image as body, e.g. image/jpeg, or multipart/form-data with the part image)";

    static BodyKind of(HttpHeaders headers) {
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("content-encoding: '" + RequestLimits.shown(encoding) + "' (expected: none)");
        }
        List<String> given = headers.getAll(HttpHeaderNames.CONTENT_TYPE);
        if (given.size() > 1) {
            throw new HttpProblem(HttpStatus.BAD_REQUEST, "content-type: given " + given.size() + " times (expected: once)");
        }
        if (given.isEmpty() || given.get(0).isBlank()) {
            return new BodyKind(null);
        }
        String text = given.get(0);
        MediaType type;
        try {
            type = MediaType.parse(text);
        } catch (IllegalArgumentException e) {
            throw unsupported("content-type: '" + RequestLimits.shown(text) + "'" + EXPECTED);
        }
        if (type.type().equals("multipart")) {
            if (!type.subtype().equals("form-data")) {
                throw unsupported("content-type: '" + RequestLimits.shown(text) + "'" + EXPECTED);
            }
            return new BodyKind(MultipartBody.checkBoundary(type.parameters().getOrDefault("boundary", List.of())));
        }
        String subtype = type.subtype().toLowerCase(Locale.ROOT);
        if (subtype.equals("json") || subtype.endsWith("+json") || subtype.equals("xml")) {
            throw unsupported("content-type: '" + RequestLimits.shown(text) + "'" + EXPECTED);
        }
        return new BodyKind(null);
    }

    private static HttpProblem unsupported(String message) {
        return new HttpProblem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, message);
    }

    boolean multipart() {
        return boundary != null;
    }

    /** The image in the body; may be empty. */
    ByteBuffer image(byte[] body) {
        return boundary == null ? ByteBuffer.wrap(body) : new MultipartBody(body, boundary).image();
    }
}
