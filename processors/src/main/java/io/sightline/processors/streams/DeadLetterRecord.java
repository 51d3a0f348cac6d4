package io.sightline.processors.streams;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topics;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A dead letter as it goes on the topic: the original key, value and headers, and the reason and the original's place in further
 * headers. A re-driven dead letter that fails again has its newest reason only.
 *
 * @param value the original's value; null where it was null, or too large for the topic: then the message says so and names the place
 */
public record DeadLetterRecord(byte[] key, byte[] value, Headers headers) {
    /** What headers and key may add to a value on the dead-letters topic, bytes. */
    public static final int HEADROOM_BYTES = 64 << 10;
    /** The dead-letters topic's max.message.bytes: an original of the largest size with the reason added still fits. */
    public static final int MAX_BYTES = Topics.MAX_MESSAGE_BYTES + HEADROOM_BYTES;
    private static final int MAX_REASON_CHARS = 1000;

    public static DeadLetterRecord of(DeadLetter letter) {
        InputRecord input = letter.input();
        boolean fits = size(input) + 2L * MAX_REASON_CHARS + 1024 <= MAX_BYTES;
        String reason = letter.message().length() <= MAX_REASON_CHARS ? letter.message() : letter.message().substring(0, MAX_REASON_CHARS) + "…";
        if (!fits) {
            reason += " (original of " + size(input) + " bytes left out, expected: at most " + Topics.MAX_MESSAGE_BYTES + "; it is at the source offset)";
        }
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        if (fits && input.headers() != null) {
            input.headers().forEach(headers::add);
        }
        RecordHeaders.put(headers, RecordHeaders.ERR_NO, Integer.toString(letter.code().number()));
        RecordHeaders.put(headers, RecordHeaders.ERR_MSG, reason);
        RecordHeaders.put(headers, RecordHeaders.SOURCE_TOPIC, input.topic());
        RecordHeaders.put(headers, RecordHeaders.SOURCE_PARTITION, Integer.toString(input.partition()));
        RecordHeaders.put(headers, RecordHeaders.SOURCE_OFFSET, Long.toString(input.offset()));
        return new DeadLetterRecord(fits ? input.key() : null, fits ? input.value() : null, headers);
    }

    private static long size(InputRecord input) {
        long size = (input.key() == null ? 0 : input.key().length) + (long) (input.value() == null ? 0 : input.value().length);
        if (input.headers() != null) {
            for (Header header : input.headers()) {
                size += header.key().length() * 3L + (header.value() == null ? 0 : header.value().length) + 10;
            }
        }
        return size;
    }
}
