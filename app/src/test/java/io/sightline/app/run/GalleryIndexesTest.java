package io.sightline.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.app.config.GalleryIndexSection;
import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.redis.RedisSettings;
import io.sightline.topology.topics.GalleryLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GalleryIndexesTest {
    private static final GalleryModels MODELS = GalleryModels.same(new GalleryModel("m@1#000000000000", 2));
    private static final Duration KEPT = Duration.ofDays(7);

    @TempDir
    private Path folder;

    private GalleryIndexes open(String log, Duration removalsKept) {
        GalleryIndexSection embedded = new GalleryIndexSection(GalleryIndexSection.Kind.EMBEDDED, Optional.of(folder), EmbeddedIndexSettings.DEFAULT, RedisSettings.of("localhost", 1));
        return GalleryIndexes.open(embedded, new GalleryLog(log, removalsKept), MODELS, Set.of("shelf"), new StaleEntries());
    }

    private void keep(Instant seenUntil) throws Exception {
        GalleryIndexes kept = open("log", KEPT);
        kept.index().apply(new GalleryEdit.Put("shelf", "a", 1, 1, "l", "{}", new float[] {1, 0}));
        kept.checkpoint().save(Map.of(0, 2L), seenUntil);
        kept.index().close();
    }

    private void check(String log, Duration removalsKept, boolean used) {
        GalleryIndexes again = open(log, removalsKept);
        assertThat(again.checkpoint().nextOffsets()).isEqualTo(used ? Map.of(0, 2L) : Map.of());
        assertThat(again.index().size("shelf")).isEqualTo(used ? 1 : 0);
        again.index().close();
    }

    @Test
    void shouldGoOnFromWhatWasKeptLately() throws Exception {
        keep(Instant.now().minus(Duration.ofDays(6)));
        check("log", KEPT, true);
        check("another log", KEPT, false);
    }

    @Test
    void shouldReadAllOfTheLogWhereRemovalsMayHaveLeftItSinceTheIndexWasKept() throws Exception {
        keep(Instant.now().minus(Duration.ofDays(6)));
        check("log", Duration.ofDays(1), false);
        check("log", Duration.ZERO, false);
        keep(Instant.now().minus(Duration.ofDays(7)));
        check("log", KEPT, false);
    }
}
