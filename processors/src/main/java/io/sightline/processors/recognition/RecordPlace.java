package io.sightline.processors.recognition;

import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;

/** Finds the id of a request that does not name itself in its value. */
public final class RecordPlace {
    private static final int MAX_LENGTH = 200;

    private RecordPlace() {
    }

    /**
     * The header {@code request-id}, else the record's key as text (in hexadecimal where it is not plain text), else
     * {@code topic-partition@offset}.
     *
     * @throws InvalidRequestException where the header or the key is there, and no id
     */
    static String idOf(InputRecord record) {
        Header header = record.headers().lastHeader(RecordHeaders.REQUEST_ID);
        if (header != null && header.value() != null) {
            String text = RecordHeaders.utf8(header.value()).orElseThrow(() -> new InvalidRequestException(
                    "header request-id: " + header.value().length + " bytes that are not UTF-8 (expected: UTF-8 text)"));
            return RequestLimits.checkId("header request-id", text);
        }
        if (record.key() != null && record.key().length > 0) {
            String text = RecordHeaders.utf8(record.key()).filter(key -> key.chars().noneMatch(Character::isISOControl))
                    .orElseGet(() -> HexFormat.of().formatHex(record.key()));
            return RequestLimits.checkId("key", text);
        }
        return of(record);
    }

    /** As {@link #idOf}, but {@code topic-partition@offset} where that is no id: always usable as a record key. */
    public static String idOrPlace(InputRecord record) {
        try {
            return idOf(record);
        } catch (InvalidRequestException e) {
            return of(record);
        }
    }

    /** {@code topic-partition@offset}: an id that every record has. */
    static String of(InputRecord record) {
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        return place.substring(Math.max(0, place.length() - MAX_LENGTH));
    }
}
