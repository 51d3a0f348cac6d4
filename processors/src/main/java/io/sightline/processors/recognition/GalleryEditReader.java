package io.sightline.processors.recognition;

import io.sightline.processors.gallery.AttributeText;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.RegistryUnavailableException;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads gallery edits and checks all that can be checked before a picture is decoded. Thread-safe. */
final class GalleryEditReader {
    private static final int BOX_NUMBERS = 4;

    private final AvroCodec<GalleryEntry> codec;
    private final RequestLimits limits;
    private final GalleryModels models;
    private final StaleEntries stale;

    /**
     * @param models whose vectors the galleries hold
     * @param stale entries with vectors of another model than their gallery's
     */
    GalleryEditReader(SchemaRegistry registry, RequestLimits limits, GalleryModels models, StaleEntries stale) {
        this.codec = new AvroCodec<>(GalleryEntry.class, registry);
        this.limits = limits;
        this.models = models;
        this.stale = stale;
    }

    /** Done when {@link #read} need not wait for the schema registry. Never blocks. */
    CompletableFuture<Void> whenReadable(InputRecord record) {
        return codec.whenReadable(record.value());
    }

    /**
     * @throws InvalidRequestException the edit is at fault
     * @throws RegistryUnavailableException the schema registry can't be asked, nothing is known about the edit
     */
    GalleryJob read(InputRecord record) {
        GalleryKey key = key(record.key());
        long epoch = record.offset() + 1;
        byte[] value = record.value();
        if (value == null) {
            return GalleryJob.removal(key, epoch);
        }
        if (value.length == 0) {
            throw new InvalidRequestException("value: 0 bytes (expected: a JPEG or PNG file, an Avro GalleryEntry, or null to remove the entry)");
        }
        if (!WireValue.isAvro(value)) {
            limits.checkImageBytes(value.length);
            return new GalleryJob(key, epoch, key.id(), "{}", Optional.of(value), Optional.empty(), Optional.empty());
        }
        return job(key, epoch, WireValue.decode(codec, value));
    }

    private static GalleryKey key(byte[] key) {
        if (key == null) {
            throw new InvalidRequestException("key: null (expected: gallery/id)");
        }
        return GalleryKey.parse(RecordHeaders.utf8(key).orElseThrow(() -> new InvalidRequestException(
                "key: " + key.length + " bytes that are not UTF-8 (expected: gallery/id)")));
    }

    private GalleryJob job(GalleryKey key, long epoch, GalleryEntry entry) {
        if (!entry.getGallery().equals(key.gallery()) || !entry.getId().equals(key.id())) {
            throw new InvalidRequestException("key: '" + RequestLimits.shown(key.toString()) + "' for the entry '"
                    + RequestLimits.shown(entry.getGallery() + "/" + entry.getId()) + "' (expected: the same)");
        }
        GalleryLimits.checkLabel(entry.getLabel());
        String attributes = attributes(entry.getAttributes());
        if ((entry.getImage() == null) == (entry.getVector() == null)) {
            throw new InvalidRequestException((entry.getImage() == null ? "neither image nor vector" : "image and vector") + " (expected: one of them)");
        }
        Optional<byte[]> image = Optional.ofNullable(entry.getImage()).map(WireValue::bytes);
        image.ifPresent(bytes -> limits.checkImageBytes(bytes.length));
        Optional<float[]> vector = Optional.ofNullable(entry.getVector())
                .map(components -> VectorCheck.unit(components, entry.getVectorModel(), models.of(key.gallery())));
        // A vector that names no model was taken to be of the model of its time.
        if (vector.isPresent() && entry.getVectorModel() == null && stale.covers(key.toString(), epoch)) {
            throw new InvalidRequestException("vector_model: none, and the vector was added for an earlier model (expected: '" + models.of(key.gallery()).id() + "')");
        }
        Optional<List<Integer>> box = Optional.ofNullable(entry.getBox());
        box.ifPresent(sides -> checkBox(sides, image.isPresent()));
        return new GalleryJob(key, epoch, entry.getLabel(), attributes, image, vector, box);
    }

    private static String attributes(String given) {
        GalleryLimits.checkAttributesBytes(given);
        GalleryLimits.checkAttributesDepth(given);
        return AttributeText.normal(given);
    }

    static void checkBox(List<Integer> box, boolean ofImage) {
        if (!ofImage) {
            throw new InvalidRequestException("box: given with a vector (expected: only with an image)");
        }
        if (box.size() != BOX_NUMBERS || box.get(0) >= box.get(2) || box.get(1) >= box.get(3)) {
            throw new InvalidRequestException("box: " + RequestLimits.shown(box.subList(0, Math.min(box.size(), 2 * BOX_NUMBERS)).toString())
                    + " (expected: x1, y1, x2, y2 with x1 < x2 and y1 < y2)");
        }
    }

    /** @throws InvalidRequestException where the box is not inside the picture */
    static void checkInside(List<Integer> box, int width, int height) {
        if (box.get(0) < 0 || box.get(1) < 0 || box.get(2) > width || box.get(3) > height) {
            throw new InvalidRequestException("box: " + box + " (expected: inside the picture of " + width + " x " + height + " pixels)");
        }
    }
}
