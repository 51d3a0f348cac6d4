package io.sightline.app.config;

import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.redis.RedisSettings;
import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** The key {@code gallery_index}. */
public record GalleryIndexSection(
        @Setting(doc = "Where galleries are searched. embedded: in each worker's memory; vector_set: in Redis 8 or newer; query_engine: in Redis with the Query Engine.",
                def = "embedded", affectsResults = true) Kind kind,
        @Setting(doc = "Folder in which a worker keeps its embedded index between starts, one folder a worker. None: it is read from gallery-vectors at each start.") Optional<Path> folder,
        @Setting(doc = "The embedded index.") EmbeddedIndexSettings embedded,
        @Setting(doc = "The Redis server, for vector_set and query_engine.") RedisSettings redis) {
    /** Kinds of indexes. */
    public enum Kind {
        EMBEDDED, VECTOR_SET, QUERY_ENGINE
    }

    public GalleryIndexSection {
        if (folder.isPresent() && kind != Kind.EMBEDDED) {
            throw new IllegalArgumentException("folder: given with kind " + kind.name().toLowerCase(java.util.Locale.ROOT) + " (expected: only with embedded)");
        }
    }
}
