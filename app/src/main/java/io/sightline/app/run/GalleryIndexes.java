package io.sightline.app.run;

import io.sightline.app.config.GalleryIndexSection;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.topology.gallery.GalleryCheckpoint;
import io.sightline.topology.topics.GalleryLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A worker's gallery index, of the kind that the configuration asks for.
 *
 * @param checkpoint keeps it between starts
 */
record GalleryIndexes(GalleryIndex index, GalleryCheckpoint checkpoint) {
    /**
     * @param declared galleries that exist though nothing was put into them
     * @param stale while there are any nothing is kept: the log has to be read from its beginning
     */
    static GalleryIndexes open(GalleryIndexSection settings, GalleryLog log, GalleryModels models, Set<String> declared, StaleEntries stale) {
        return switch (settings.kind()) {
            case EMBEDDED -> {
                EmbeddedIndex index = new EmbeddedIndex(models, declared, settings.embedded());
                yield new GalleryIndexes(index, settings.folder().map(folder -> checkpoint(index, folder, log, stale)).orElse(GalleryCheckpoint.NONE));
            }
            case VECTOR_SET -> new GalleryIndexes(RedisIndexes.vectorSets(settings.redis(), log.id(), models, declared), GalleryCheckpoint.NONE);
            case QUERY_ENGINE -> new GalleryIndexes(RedisIndexes.queryEngine(settings.redis(), log.id(), models, declared), GalleryCheckpoint.NONE);
        };
    }

    private static GalleryCheckpoint checkpoint(EmbeddedIndex index, Path folder, GalleryLog log, StaleEntries stale) {
        return new GalleryCheckpoint() {
            @Override
            public Map<Integer, Long> nextOffsets() {
                return index.load(folder, log.id(), Instant.now(), log.removalsKept()).orElse(Map.of());
            }

            @Override
            public void save(Map<Integer, Long> nextOffsets, Instant seenUntil) throws IOException {
                if (stale.isEmpty()) {
                    index.save(folder, log.id(), nextOffsets, seenUntil);
                }
            }
        };
    }
}
