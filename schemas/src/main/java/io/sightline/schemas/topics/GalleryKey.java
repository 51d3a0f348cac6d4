package io.sightline.schemas.topics;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Key of the topics gallery and gallery-vectors: {@code gallery/id}, UTF-8. Neither part is ever empty; only the id may contain a slash. */
public record GalleryKey(String gallery, String id) {
    public GalleryKey {
        RequestLimits.checkName("gallery", gallery);
        RequestLimits.checkId("id", id);
    }

    /** @throws InvalidRequestException where the text is not of the form gallery/id */
    public static GalleryKey parse(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw new InvalidRequestException("key: '" + RequestLimits.shown(key) + "' (expected: gallery/id)");
        }
        return new GalleryKey(key.substring(0, slash), key.substring(slash + 1));
    }

    @Override
    public String toString() {
        return gallery + "/" + id;
    }

    /** The partition for this key: all entries of a gallery share one, so that its edits have an order. */
    public int partition(int partitions) {
        return Utils.toPositive(Utils.murmur2(gallery.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
