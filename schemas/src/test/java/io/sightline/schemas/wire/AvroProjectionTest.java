package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AvroProjectionTest {
    private static final byte[] BYTES = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE)
            .encode("t", new GalleryVector("g", "1", "tea", "{\"a\":1}", Collections.nCopies(512, 0.5f), "m@1#0", 17L, null));
    private final AvroProjection projection = new AvroProjection(GalleryVector.getClassSchema(), Set.of("vector"), EmbeddedRegistry.INSTANCE);

    @Test
    void shouldReadAllFieldsButTheOnesLeftOut() {
        GenericRecord record = projection.decode(BYTES);
        assertThat(record.getSchema().getFields()).extracting(org.apache.avro.Schema.Field::name).containsExactly("gallery", "id", "label", "attributes", "model", "epoch", "error");
        assertThat(record.get("id")).isEqualTo("1");
        assertThat(record.get("label")).isEqualTo("tea");
        assertThat(record.get("attributes")).isEqualTo("{\"a\":1}");
        assertThat(record.get("model")).isEqualTo("m@1#0");
        assertThat(record.get("epoch")).isEqualTo(17L);
    }

    @Test
    void shouldSayWhatItSawWhenTheBytesAreNoSuchRecord() {
        byte[] entry = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE)
                .encode("t", GalleryEntry.newBuilder().setGallery("g").setId("1").setLabel("l").build());
        assertThatThrownBy(() -> projection.decode(entry)).isInstanceOf(SerializationException.class).hasMessage("value: a GalleryEntry (expected: a GalleryVector)");
        assertThatThrownBy(() -> projection.decode(Arrays.copyOf(BYTES, 100))).isInstanceOf(SerializationException.class).hasMessageStartingWith("value: not a readable Avro GalleryVector");
        assertThatThrownBy(() -> projection.decode(new byte[] {1, 2})).hasMessageStartingWith("value: 2 bytes beginning with 1");
        assertThatThrownBy(() -> projection.decode(new byte[] {0, 0, 0, 0, 99, 1})).isInstanceOf(UnknownSchemaIdException.class);
    }
}
