package io.sightline.connect.gallery;

import io.sightline.connect.avro.ConnectSchemas;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import org.apache.kafka.connect.data.Struct;

/** What an entry of a gallery has to be: the rules of the import over HTTP, and the records it makes. Immutable, thread-safe. */
final class EntryRules {
    static final org.apache.kafka.connect.data.Schema ENTRY = ConnectSchemas.of(GalleryEntry.getClassSchema());
    private final String gallery;
    private final long maxImageBytes;

    EntryRules(String gallery, long maxImageBytes) {
        this.gallery = gallery;
        this.maxImageBytes = maxImageBytes;
    }

    GalleryKey key(String id) {
        return new GalleryKey(gallery, id);
    }

    /** @throws InvalidRequestException says what was seen and expected */
    void check(String id, String label) {
        key(GalleryLimits.checkEntryId(id));
        GalleryLimits.checkLabel(label);
    }

    /** @throws InvalidRequestException where it is empty or too large to be sent */
    void checkBytes(long bytes) {
        if (bytes == 0) {
            throw new InvalidRequestException("0 bytes (expected: a JPEG or PNG file)");
        }
        if (bytes > maxImageBytes) {
            throw new InvalidRequestException(bytes + " bytes (expected: at most " + maxImageBytes + "; see max.image.bytes and producer.override.max.request.size)");
        }
    }

    Struct entry(Candidate candidate, byte[] picture) {
        // All other fields have their defaults, as those of an entry that was sent over HTTP with nothing else.
        return new Struct(ENTRY).put("gallery", gallery).put("id", candidate.id()).put("label", candidate.label()).put("image", picture);
    }
}
