package io.sightline.processors.recognition;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.ImageTensor;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Records as they would come from a topic. */
final class TestRecords {
    static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    static final AvroCodec<GalleryEntry> ENTRIES = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);

    private TestRecords() {
    }

    static InputRecord of(byte[] key, byte[] value) {
        return new InputRecord("sightline.requests", 3, 41, 0, key, value, new RecordHeaders());
    }

    static InputRecord keyed(String key, byte[] value) {
        return of(utf8(key), value);
    }

    static InputRecord withHeader(InputRecord record, String name, byte[] value) {
        record.headers().add(name, value);
        return record;
    }

    static byte[] request(RecognitionRequest.Builder request) {
        return REQUESTS.encode("requests", request.build());
    }

    static RecognitionRequest.Builder request(String picture) {
        return RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.wrap(TestPicture.file(picture)));
    }

    /** Numbers 0, 0.5, 1 and on, then those given. */
    static ImageTensor tensor(List<Integer> shape, int numbers, float... more) {
        ByteBuffer data = ByteBuffer.allocate((numbers + more.length) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers; i++) {
            data.putFloat(i * 0.5f);
        }
        for (float number : more) {
            data.putFloat(number);
        }
        return new ImageTensor(shape, data.flip());
    }

    static byte[] entry(GalleryEntry.Builder entry) {
        return ENTRIES.encode("gallery", entry.build());
    }

    static GalleryEntry.Builder entry(String gallery, String id) {
        return GalleryEntry.newBuilder().setGallery(gallery).setId(id).setLabel("label of " + id);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
