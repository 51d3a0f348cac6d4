package io.sightline.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Names of the record headers on Sightline's topics; all values are UTF-8 text. */
public final class RecordHeaders {
    /** The request's id, on requests (optional) and results. */
    public static final String REQUEST_ID = "request-id";
    /** A caller's own token, copied from request to result unread. */
    public static final String CORRELATION_ID = "correlation-id";
    /** W3C trace context, copied from request to result. */
    public static final String TRACEPARENT = "traceparent";
    /** Sequence number of a gallery edit, on gallery-vectors. */
    public static final String EPOCH = "epoch";
    /** On dead letters: error number, reason, and where the original record was. */
    public static final String ERR_NO = "err-no";
    public static final String ERR_MSG = "err-msg";
    public static final String SOURCE_TOPIC = "source-topic";
    public static final String SOURCE_PARTITION = "source-partition";
    public static final String SOURCE_OFFSET = "source-offset";
    /** On results of a re-run: its id, and where the request's original result is on the topic results; without the latter there is none. */
    public static final String RERUN = "rerun";
    public static final String ORIGINAL_PARTITION = "original-partition";
    public static final String ORIGINAL_OFFSET = "original-offset";

    /**
     * On a record that was sent again out of its dead letter: how often, from 1. Whoever waited for it is gone, so that the request's deadline
     * does not count any more.
     */
    public static final String RETRY_COUNT = "retry-count";
    /** On such a record: the dead letter's topic-partition@offset. A second failure's dead letter has both headers too. */
    public static final String RETRY_OF = "retry-of";
    /** On the mark that a retry leaves on dead-letters, a record without value that is no dead letter: the letter's topic-partition@offset. */
    public static final String RETRIED_LETTER = "retried-letter";

    private RecordHeaders() {
    }

    /** The header's last value; empty where there is none or it is not UTF-8. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        return utf8(header.value());
    }

    public static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes as text; empty where they are not UTF-8. */
    public static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
