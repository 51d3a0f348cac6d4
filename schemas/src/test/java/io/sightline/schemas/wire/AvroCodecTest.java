package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroCodecTest {
    private final AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);

    @Test
    void shouldGiveBackWhatWasWritten() {
        RecognitionRequest request = request(new byte[] {1, 2, 3});
        assertThat(codec.decode(codec.encode("requests", request))).isEqualTo(request);
    }

    @Test
    void shouldBeginWithMagicByteAndSchemaIdWhenEncoding() {
        byte[] bytes = codec.encode("requests", request(new byte[0]));
        // 1 is the schema of 0.1.0, which had no tensor.
        assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 6);
    }

    @Test
    void shouldTreatNullAsTombstone() {
        assertThat(codec.encode("requests", null)).isNull();
        assertThat(codec.decode(null)).isNull();
    }

    @Test
    void shouldNameTheIdWhenTheSchemaIsUnknown() {
        byte[] bytes = codec.encode("requests", request(new byte[0]));
        ByteBuffer.wrap(bytes).putInt(1, 4711);
        assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(UnknownSchemaIdException.class).hasMessageContaining("schema id: 4711 (expected: 1..");
    }

    @Test
    void shouldNameBothRecordsWhenAnotherOneComes() {
        byte[] bytes = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE).encode("gallery-vectors",
                new GalleryVector("g", "i", "l", "{}", List.of(1f), "m", 1L, null));
        assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(SerializationException.class)
                .hasMessage("value: a GalleryVector (expected: a RecognitionRequest)");
    }

    static List<byte[]> noWireFormat() {
        return List.of(new byte[0], new byte[] {0}, new byte[] {0, 0, 0, 0}, new byte[] {(byte) 0xff, (byte) 0xd8, 0, 0, 0, 1}, "hello".getBytes());
    }

    @ParameterizedTest
    @MethodSource("noWireFormat")
    void shouldSayWhatWasExpectedWhenTheBytesAreNoWireFormat(byte[] bytes) {
        assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(SerializationException.class).hasMessageContaining("expected: Avro RecognitionRequest");
    }

    @Test
    void shouldRefuseEveryTruncationOfARecord() {
        byte[] whole = codec.encode("requests", request(new byte[] {1, 2, 3}));
        IntStream.range(5, whole.length).forEach(length -> assertThatThrownBy(() -> codec.decode(Arrays.copyOf(whole, length)))
                .as("%d of %d bytes", length, whole.length).isInstanceOf(SerializationException.class));
    }

    @Test
    void shouldRefuseBytesBehindTheRecord() {
        byte[] whole = codec.encode("requests", request(new byte[] {1, 2, 3}));
        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(whole, whole.length + 1))).isInstanceOf(SerializationException.class).hasMessageContaining("left over");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -2147483648L, 1L << 30, Integer.MAX_VALUE - 8L, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseAForgedLengthWithoutTakingTheMemory(long length) throws Exception {
        // given a record whose image claims that length and has none of it
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {0, 0, 0, 0, 1});
        var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeString("id");
        encoder.writeLong(length);
        encoder.flush();
        // when, then: it is refused, in the heap a test has (an array of that length does not fit)
        assertThatThrownBy(() -> codec.decode(out.toByteArray())).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldFillInDefaultsWhenTheWriterHadAnOlderSchema() throws Exception {
        // given a writer that knew only the image
        Schema old = SchemaBuilder.record("RecognitionRequest").namespace("io.sightline.schemas").fields().requiredBytes("image").endRecord();
        SchemaRegistry registry = new SchemaRegistry() {
            @Override
            public int idOf(String subject, Schema schema) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Schema schemaOf(int id) {
                return old;
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {0, 0, 0, 0, 9});
        var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        GenericData.Record record = new GenericData.Record(old);
        record.put("image", ByteBuffer.wrap(new byte[] {7}));
        new GenericDatumWriter<>(old).write(record, encoder);
        // when
        RecognitionRequest read = new AvroCodec<>(RecognitionRequest.class, registry).decode(out.toByteArray());
        // then
        assertThat(read).isEqualTo(RecognitionRequest.newBuilder().setImage(ByteBuffer.wrap(new byte[] {7})).build());
    }

    @Test
    void shouldSayWhichRecordItCanNotWrite() {
        RecognitionResult broken = new RecognitionResult();
        assertThatThrownBy(() -> new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE).encode("results", broken))
                .isInstanceOf(SerializationException.class).hasMessageContaining("can't write RecognitionResult for results");
    }

    private static RecognitionRequest request(byte[] image) {
        return RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.wrap(image)).setTopK(5).setScoreThreshold(0.5)
                .setAttributes(Map.of("shelf", "7")).build();
    }
}
