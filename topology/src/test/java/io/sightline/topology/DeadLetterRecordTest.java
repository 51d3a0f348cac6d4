package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecordHeaders;
import io.sightline.topology.support.Kafka;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class DeadLetterRecordTest {
    private final Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();

    private DeadLetterRecord letter(byte[] key, byte[] value, Headers of, String message) {
        return DeadLetterRecord.of(new DeadLetter(new InputRecord("requests", 3, 12345678901L, 0, key, value, of), ErrorCode.TIMEOUT, message));
    }

    private static String text(DeadLetterRecord letter, String name) {
        return RecordHeaders.text(letter.headers(), name).orElse(null);
    }

    @Test
    void shouldNameReasonAndPlaceBesideTheOriginalsHeaders() {
        headers.add("mine", Kafka.bytes("1")).add("mine", Kafka.bytes("2")).add("binary", new byte[] {(byte) 0xff}).add("null", null);

        DeadLetterRecord letter = letter(Kafka.bytes("k"), Kafka.bytes("v"), headers, "too late");

        assertThat(letter.key()).isEqualTo(Kafka.bytes("k"));
        assertThat(letter.value()).isEqualTo(Kafka.bytes("v"));
        assertThat(letter.headers().headers("mine")).hasSize(2);
        assertThat(letter.headers().lastHeader("binary").value()).containsExactly(0xff);
        assertThat(letter.headers().lastHeader("null").value()).isNull();
        assertThat(text(letter, RecordHeaders.ERR_NO)).isEqualTo("6000");
        assertThat(text(letter, RecordHeaders.ERR_MSG)).isEqualTo("too late");
        assertThat(text(letter, RecordHeaders.SOURCE_TOPIC)).isEqualTo("requests");
        assertThat(text(letter, RecordHeaders.SOURCE_PARTITION)).isEqualTo("3");
        assertThat(text(letter, RecordHeaders.SOURCE_OFFSET)).isEqualTo("12345678901");
    }

    @Test
    void shouldHaveItsNewestReasonOnlyWhenItFailsAgain() {
        DeadLetterRecord first = letter(null, null, headers, "first");

        DeadLetterRecord second = letter(null, null, first.headers(), "second");

        assertThat(second.headers().headers(RecordHeaders.ERR_MSG)).hasSize(1);
        assertThat(text(second, RecordHeaders.ERR_MSG)).isEqualTo("second");
        assertThat(text(first, RecordHeaders.ERR_MSG)).as("the original's headers are not touched").isEqualTo("first");
    }

    @Test
    void shouldTakeARecordWithoutHeaders() {
        assertThat(text(letter(null, null, null, "m"), RecordHeaders.ERR_MSG)).isEqualTo("m");
    }

    @Test
    void shouldLeaveOutKeyValueAndHeadersWhenTheHeadersAreWhatIsTooLarge() {
        headers.add("huge", new byte[DeadLetterRecord.MAX_BYTES]);

        DeadLetterRecord letter = letter(Kafka.bytes("k"), Kafka.bytes("v"), headers, "m");

        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
        assertThat(letter.headers().lastHeader("huge")).isNull();
        assertThat(text(letter, RecordHeaders.ERR_MSG)).startsWith("m (original of ").endsWith("it is at the source offset)");
    }
}
