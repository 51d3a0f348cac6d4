package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Saving an embedded index and loading it again. */
class EmbeddedIndexFileTest {
    private static final int DIMENSION = GalleryIndexContract.DIMENSION;
    private static final String LOG = "topic-id-1";
    private static final Map<Integer, Long> OFFSETS = Map.of(0, 17L, 3, 5_000_000_000L);
    private static final Instant SEEN = Instant.parse("2026-03-01T10:00:00.123Z");
    private static final Duration KEPT = Duration.ofHours(10);
    private static final GalleryModel MODEL = new GalleryModel("test@1#000000000000", DIMENSION);

    @TempDir
    private Path folder;
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(EmbeddedIndex.class);

    @BeforeEach
    void listen() {
        logged.start();
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        logger.addAppender(logged);
    }

    @AfterEach
    void unlisten() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private static EmbeddedIndex index(GalleryModel model) {
        return new EmbeddedIndex(GalleryModels.same(model), List.of("declared"));
    }

    private static EmbeddedIndex filled() {
        EmbeddedIndex index = index(MODEL);
        for (int i = 0; i < 100; i++) {
            index.apply(new GalleryEdit.Put("shelf", "id/" + i, i + 1, i + 10, "Überraschung " + i, "{\"n\":" + i + "}", GalleryIndexContract.unit(i)));
        }
        index.apply(new GalleryEdit.Remove("shelf", "id/7", 101, 200));
        try (GalleryRebuild rebuild = index.rebuild("second")) {
            rebuild.apply(List.of(new GalleryEdit.Put("second", "a", 3, 4, "l", "{}", GalleryIndexContract.unit(1))));
            rebuild.commit();
        }
        try (GalleryRebuild rebuild = index.rebuild("second")) {
            rebuild.apply(List.of(new GalleryEdit.Put("second", "b", 3, 4, "", "{}", GalleryIndexContract.unit(2))));
            rebuild.commit();
        }
        return index;
    }

    private static void checkSame(EmbeddedIndex loaded, EmbeddedIndex saved) {
        assertThat(loaded.galleries()).isEqualTo(saved.galleries());
        for (String gallery : saved.galleries()) {
            assertThat(loaded.stats(gallery)).isEqualTo(saved.stats(gallery));
            for (int seed = 0; seed < 20; seed++) {
                GalleryQuery query = new GalleryQuery(gallery, List.of(GalleryIndexContract.unit(seed)), 10, -1, Optional.of(AttributeFilter.parse("n < 50")), false);
                assertThat(loaded.search(query)).isEqualTo(saved.search(query));
                assertThat(loaded.search(gallery, query.vectors(), 200, -1)).isEqualTo(saved.search(gallery, query.vectors(), 200, -1));
            }
        }
    }

    @Test
    void shouldBeTheSameIndexAfterSavingAndLoading() throws IOException {
        // given
        EmbeddedIndex saved = filled();
        saved.save(folder, LOG, OFFSETS, SEEN);
        // when
        EmbeddedIndex loaded = index(MODEL);
        assertThat(loaded.load(folder, LOG, SEEN, KEPT)).contains(OFFSETS);
        // then
        checkSame(loaded, saved);
        assertThat(logged.list).isEmpty();
        // and edits go on from its offsets: a replay does nothing
        loaded.apply(List.of(new GalleryEdit.Put("shelf", "old", 200, 200, "l", "{}", GalleryIndexContract.unit(3)),
                new GalleryEdit.Put("shelf", "new", 201, 201, "l", "{}", GalleryIndexContract.unit(3))));
        assertThat(loaded.size("shelf")).isEqualTo(100);
    }

    @Test
    void shouldLoadTheLastOfTwoSaves() throws IOException {
        EmbeddedIndex index = filled();
        index.save(folder, LOG, OFFSETS, SEEN);
        index.apply(new GalleryEdit.Put("shelf", "late", 300, 300, "l", "{}", GalleryIndexContract.unit(3)));
        index.save(folder, LOG, Map.of(0, 301L), SEEN);
        EmbeddedIndex loaded = index(MODEL);
        assertThat(loaded.load(folder, LOG, SEEN, KEPT)).contains(Map.of(0, 301L));
        checkSame(loaded, index);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldSaveAnEmptyIndexIntoAFolderThatIsNotThereYet() throws IOException {
        EmbeddedIndex index = index(MODEL);
        Path deep = folder.resolve("a/b");
        assertThat(index.load(deep, LOG, SEEN, KEPT)).isEmpty();
        assertThat(logged.list).isEmpty();
        index.save(deep, LOG, Map.of(), SEEN);
        assertThat(index(MODEL).load(deep, LOG, SEEN, KEPT)).contains(Map.of());
    }

    private void checkPassedOver(EmbeddedIndex index, String log, String reason) {
        assertThat(index.load(folder, log, SEEN, KEPT)).isEmpty();
        assertThat(index.galleries()).containsExactly("declared");
        assertThat(logged.list).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                .contains("is not used, all of the gallery's log is read instead").contains(reason));
        logged.list.clear();
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void shouldPassOverAFileThatIsCutOffAnywhere() throws IOException {
        // given
        filled().save(folder, LOG, OFFSETS, SEEN);
        byte[] whole = Files.readAllBytes(file());
        // when, then: after each of the first 200 bytes, then here and there, and one byte short
        for (int length = 0; length < whole.length; length += length < 200 ? 1 : 97) {
            Files.write(file(), Arrays.copyOf(whole, length));
            checkPassedOver(index(MODEL), LOG, "cut off");
        }
        Files.write(file(), Arrays.copyOf(whole, whole.length - 1));
        checkPassedOver(index(MODEL), LOG, "cut off");
    }

    @Test
    void shouldPassOverAFileWithOneDamagedByteAnywhere() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < whole.length; at += at < 200 ? 1 : 53) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x41;
            Files.write(file(), damaged);
            checkPassedOver(index(MODEL), LOG, "(expected: ");
        }
    }

    @Test
    void shouldPassOverAFileWithSomethingAfterItsEnd() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, whole.length + 1));
        checkPassedOver(index(MODEL), LOG, "length: more than the file says");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void shouldPassOverAnotherFormat(int version) throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        byte[] whole = Files.readAllBytes(file());
        whole[7] = (byte) version;
        Files.write(file(), whole);
        checkPassedOver(index(MODEL), LOG, "format: " + version + " (expected: 3)");
    }

    @Test
    void shouldPassOverAFileOfAnotherLog() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        checkPassedOver(index(MODEL), "topic-id-2", "log: 'topic-id-1' (expected: 'topic-id-2')");
    }

    @Test
    void shouldPassOverAFileOfAnotherModelOrDimension() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        checkPassedOver(index(new GalleryModel("test@2#000000000000", DIMENSION)), LOG, "test@1#000000000000, 19 dimensions (expected: test@2#000000000000, 19)");
        checkPassedOver(index(new GalleryModel(MODEL.id(), DIMENSION + 1)), LOG, "19 dimensions (expected: test@1#000000000000, 20)");
    }

    @Test
    void shouldPassOverAFileWithMoreEntriesThanAreAllowedNow() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        checkPassedOver(new EmbeddedIndex(GalleryModels.same(MODEL), List.of("declared"), new EmbeddedIndexSettings(10, 98, 16, 100, 128)), LOG,
                "gallery shelf: 99 entries (expected: at most 98)");
    }

    @Test
    void shouldLoadAFileWhileTheLogStillHasAllRemovalsSinceThen() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        // a tenth of the time is left for reading on
        for (Duration age : List.of(Duration.ZERO, Duration.ofHours(8), Duration.ofHours(9))) {
            assertThat(index(MODEL).load(folder, LOG, SEEN.plus(age), KEPT)).contains(OFFSETS);
        }
        assertThat(index(MODEL).load(folder, LOG, SEEN.plus(Duration.ofDays(36_500)), Duration.ofMillis(Long.MAX_VALUE))).contains(OFFSETS);
        assertThat(logged.list).isEmpty();
    }

    @Test
    void shouldPassOverAFileAfterWhichRemovalsMayHaveLeftTheLog() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        checkPassedOver(SEEN.plus(Duration.ofHours(9)).plusMillis(1), KEPT,
                "log read until 2026-03-01T10:00:00.123Z (expected: 2026-03-01T10:00:00.124Z to 2026-03-01T19:00:00.124Z; removals of before may have left the log by now)");
        checkPassedOver(SEEN.plus(Duration.ofDays(400)), KEPT, "log read until 2026-03-01T10:00:00.123Z");
        checkPassedOver(SEEN.plusMillis(1), Duration.ZERO, "log read until 2026-03-01T10:00:00.123Z");
        // a clock that was put back
        checkPassedOver(SEEN.minusMillis(1), KEPT, "log read until 2026-03-01T10:00:00.123Z");
    }

    private void checkPassedOver(Instant now, Duration kept, String reason) {
        EmbeddedIndex index = index(MODEL);
        assertThat(index.load(folder, LOG, now, kept)).isEmpty();
        assertThat(index.galleries()).containsExactly("declared");
        assertThat(logged.list).singleElement().satisfies(event -> assertThat(event.getFormattedMessage()).contains("all of the gallery's log is read instead").contains(reason));
        logged.list.clear();
    }

    private static EmbeddedIndex limited(int maxEntries) {
        return new EmbeddedIndex(GalleryModels.same(MODEL), List.of("declared"), new EmbeddedIndexSettings(250_000, maxEntries, 16, 100, 128));
    }

    @Test
    void shouldPassOverAFileThatLacksEntriesForWhichThereIsRoomNow() throws IOException {
        // given a gallery with two entries more than it may have
        EmbeddedIndex full = limited(3);
        for (int i = 0; i < 5; i++) {
            full.apply(new GalleryEdit.Put("shelf", "id" + i, i + 1, i + 1, "l", "{}", GalleryIndexContract.unit(i)));
        }
        full.save(folder, LOG, OFFSETS, SEEN);
        // when it is as full as before, then it is loaded, and still known what it lacks
        EmbeddedIndex same = limited(3);
        assertThat(same.load(folder, LOG, SEEN, KEPT)).contains(OFFSETS);
        logged.list.clear();
        assertThat(same.stats("shelf")).isEqualTo(full.stats("shelf"));
        assertThat(same.stats("shelf").refused()).isEqualTo(2);
        // and when it may have one more, the log has to say which
        checkPassedOver(limited(4), LOG, "gallery shelf: 2 additions refused, as it was full (expected: none, as there is room now)");
        // and so when one went
        full.apply(new GalleryEdit.Remove("shelf", "id1", 6, 6));
        full.save(folder, LOG, OFFSETS, SEEN);
        logged.list.clear();
        checkPassedOver(limited(3), LOG, "gallery shelf: 2 additions refused");
    }

    @Test
    void shouldKeepTheFileBeforeWhenAnotherCantBeWritten() throws IOException {
        filled().save(folder, LOG, OFFSETS, SEEN);
        // given a folder where the part would be written
        Files.createDirectory(folder.resolve("galleries.index.part"));
        Files.createFile(folder.resolve("galleries.index.part/x"));
        EmbeddedIndex index = filled();
        assertThatThrownBy(() -> index.save(folder, LOG, Map.of(), SEEN)).isInstanceOf(IOException.class);
        assertThat(index(MODEL).load(folder, LOG, SEEN, KEPT)).contains(OFFSETS);
    }
}
