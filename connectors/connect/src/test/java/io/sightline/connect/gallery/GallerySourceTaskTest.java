package io.sightline.connect.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sightline.connect.GallerySource;
import io.sightline.connect.SightlineAvroConverter;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(240)
class GallerySourceTaskTest {
    private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    @TempDir
    private Path folder;
    private final Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
    /** What the gallery's topic would have, compacted: label by id. */
    private final Map<String, String> gallery = new TreeMap<>();
    private long second;

    @BeforeEach
    void fill() throws IOException {
        write("tea/green.jpg", PICTURE);
        write("tea/black.JPG", PICTURE);
        write("coffee.png", PICTURE);
    }

    @Test
    void shouldSendWhatTheImportOverHttpSends() throws Exception {
        // when
        List<SourceRecord> records = look(task(Map.of("topic.partitions", "7")));
        // then
        SourceRecord record = records.stream().filter(sent -> sent.key().equals("shop/tea/green.jpg")).findFirst().orElseThrow();
        SightlineAvroConverter converter = new SightlineAvroConverter();
        converter.configure(Map.of(), false);
        GalleryEntry entry = GalleryEntry.newBuilder().setGallery("shop").setId("tea/green.jpg").setLabel("tea").setImage(ByteBuffer.wrap(PICTURE)).build();
        assertThat(converter.fromConnectData(record.topic(), record.valueSchema(), record.value())).isEqualTo(new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE).encode("t", entry));
        assertThat(record.topic()).isEqualTo("sightline.gallery");
        assertThat(record.kafkaPartition()).isEqualTo(new GalleryKey("shop", "tea/green.jpg").partition(7));
        assertThat(record.headers()).isEmpty();
        assertThat(gallery).containsExactly(Map.entry("coffee.png", "coffee"), Map.entry("tea/black.JPG", "tea"), Map.entry("tea/green.jpg", "tea"));
    }

    @Test
    void shouldFollowWhatChangesAndGoes() throws Exception {
        GallerySourceTask task = task(Map.of());
        look(task);
        assertThat(look(task)).isEmpty();
        // when one is changed, one comes, one goes
        write("tea/green.jpg", new byte[] {(byte) 0xff, 9});
        write("tea/white.jpg", PICTURE);
        Files.delete(folder.resolve("coffee.png"));
        // then, and what is gone is last
        assertThat(look(task)).extracting(SourceRecord::key).containsExactly("shop/tea/green.jpg", "shop/tea/white.jpg", "shop/coffee.png");
        assertThat(gallery.keySet()).containsExactly("tea/black.JPG", "tea/green.jpg", "tea/white.jpg");
        assertThat(look(task)).isEmpty();
    }

    @Test
    void shouldFollowWhatHappenedWhileItWasNotRunning() throws Exception {
        // given
        look(task(Map.of()));
        // when
        Files.delete(folder.resolve("tea/black.JPG"));
        write("new.jpg", PICTURE);
        write("coffee.png", new byte[] {(byte) 0x89, 1});
        // then a task that knows nothing but the offsets does the rest
        assertThat(look(task(Map.of()))).extracting(SourceRecord::key).containsExactly("shop/coffee.png", "shop/new.jpg", "shop/tea/black.JPG");
    }

    @Test
    void shouldGoOnWhereTheOffsetsAreWhenItDiesInTheMiddle() throws Exception {
        // given many pictures, and a crash after each number of records
        for (int i = 0; i < 150; i++) {
            write("many/" + i + ".jpg", PICTURE);
        }
        GallerySourceTask dying = task(Map.of());
        List<SourceRecord> first = dying.poll();
        first.forEach(this::acknowledge);
        dying.poll(); // sent, but never acknowledged: lost
        // when
        GallerySourceTask next = task(Map.of());
        List<SourceRecord> rest = look(next);
        // then
        assertThat(first.size() + rest.size()).isEqualTo(153);
        assertThat(gallery).hasSize(153);
    }

    @Test
    void shouldNameItsOffsetsInOneOrderInEveryProcess() {
        // Connect looks them up by this text.
        JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "false"), true);
        assertThat(new Manifest("shop", 0, 1).partitions()).hasSize(Manifest.BUCKETS).allSatisfy(partition -> assertThat(new String(json.fromConnectData("offsets", null, partition)))
                .isEqualTo("{\"bucket\":\"" + partition.get("bucket") + "\",\"gallery\":\"shop\"}"));
    }

    @Test
    void shouldSendNothingWhenAFileIsOnlyTouched() throws Exception {
        GallerySourceTask task = task(Map.of());
        look(task);
        Files.setLastModifiedTime(folder.resolve("coffee.png"), FileTime.fromMillis(1_000_000));
        assertThat(look(task)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "16"})
    void shouldShareAllEntriesAmongTheTasksAndKeepTheirOffsetsWhateverTheirNumber(int tasks) throws Exception {
        // given
        for (int i = 0; i < 60; i++) {
            write("many/" + i + ".jpg", PICTURE);
        }
        List<Object> keys = new ArrayList<>();
        for (Map<String, String> config : connector(Map.of()).taskConfigs(tasks)) {
            look(task(config)).forEach(record -> keys.add(record.key()));
        }
        assertThat(keys).hasSize(63).doesNotHaveDuplicates();
        // when the number of tasks is another one
        Files.delete(folder.resolve("many/7.jpg"));
        List<Object> later = new ArrayList<>();
        for (Map<String, String> config : connector(Map.of()).taskConfigs(2)) {
            look(task(config)).forEach(record -> later.add(record.key()));
        }
        // then
        assertThat(later).containsExactly("shop/many/7.jpg");
    }

    @Test
    void shouldRemoveNothingWhenTheFolderIsAwayOrEmpty() throws Exception {
        // given
        GallerySourceTask task = task(Map.of());
        look(task);
        Path away = folder.resolveSibling(folder.getFileName() + "-away");
        // when the folder is gone, when an empty one is there instead, as where a disk is not mounted
        Files.move(folder, away);
        assertThat(look(task)).isEmpty();
        Files.createDirectory(folder);
        assertThat(look(task)).isEmpty();
        assertThat(look(task(Map.of()))).isEmpty();
        // then
        assertThat(look(task(Map.of("deletions", "ignore")))).isEmpty();
        assertThat(look(task(Map.of("deletions", "always")))).hasSize(3);
        assertThat(gallery).isEmpty();
        try (Stream<Path> files = Files.walk(away)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldKeepEntriesWhenAFolderAmongThemCantBeRead() throws Exception {
        // given a source that could not look into tea
        FolderSource source = new FolderSource(folder, name -> true, null, new EntryRules("shop", 100));
        Manifest manifest = new Manifest("shop", 0, 1);
        Fingerprint sent = new Fingerprint(1, 1, "0", "0");
        manifest.put("tea/gone.jpg", sent);
        manifest.put("gone.jpg", sent);
        GalleryFollower follower = new GalleryFollower(wanted -> {
            Listing listing = source.list(wanted);
            listing.pictures.keySet().removeIf(id -> id.startsWith("tea"));
            listing.unknown.add("tea");
            return listing;
        }, manifest, new EntryRules("shop", 100), Deletions.FOLLOW, 0, System::currentTimeMillis);
        // when
        follower.look();
        // then
        assertThat(follower.next(100, 1000)).filteredOn(edit -> edit.entry() == null).extracting(Edit::id).containsExactly("gone.jpg");
    }

    @Test
    void shouldRefuseAPictureThatIsTooLargeAndGoOn() throws Exception {
        // given pictures of the limit, and one more byte
        write("limit.jpg", new byte[100]);
        write("over.jpg", new byte[101]);
        write("empty.jpg", new byte[0]);
        GallerySourceTask task = task(Map.of("max.image.bytes", "100"));
        // when, then
        assertThat(look(task)).extracting(SourceRecord::key).contains("shop/limit.jpg").doesNotContain("shop/over.jpg", "shop/empty.jpg");
        look(task);
        assertThat(task.counts().of(SourceCounts.Count.REFUSED)).isEqualTo(2);
        // and what replaces it is taken
        write("over.jpg", new byte[99]);
        assertThat(look(task)).extracting(SourceRecord::key).containsExactly("shop/over.jpg");
    }

    @ParameterizedTest
    @CsvSource({", , 983040", "17825792, , 16777216", "2000000, , 1934464", ", 5000000, 5000000"})
    void shouldTakePicturesAsLargeAsTheProducerSends(String requestSize, String max, long expected) {
        Map<String, String> options = new HashMap<>(Map.of("gallery", "shop", "path", folder.toString()));
        if (requestSize != null) {
            options.put("producer.override.max.request.size", requestSize);
        }
        if (max != null) {
            options.put("max.image.bytes", max);
        }
        assertThat(new GallerySettings(options).maxImageBytes()).isEqualTo(expected);
    }

    @Test
    void shouldLeaveAFileThatIsBeingWrittenForLater() throws Exception {
        // given
        long[] nowMs = {50_000};
        Manifest manifest = new Manifest("shop", 0, 1);
        EntryRules rules = new EntryRules("shop", 1000);
        GalleryFollower follower = new GalleryFollower(new FolderSource(folder, name -> name.equals("coffee.png"), null, rules), manifest, rules, Deletions.FOLLOW, 1000, () -> nowMs[0]);
        Files.setLastModifiedTime(folder.resolve("coffee.png"), FileTime.fromMillis(49_001));
        follower.look();
        assertThat(follower.next(9, 999)).isEmpty();
        // when
        nowMs[0]++;
        follower.look();
        // then
        assertThat(follower.next(9, 999)).hasSize(1);
    }

    @Test
    void shouldTakeLabelsByPattern() throws Exception {
        write("cola_7.jpg", PICTURE);
        GallerySourceTask task = task(Map.of("label.pattern", "^(?<label>[^/_]+)_\\d"));
        assertThat(look(task)).extracting(SourceRecord::key).containsExactly("shop/cola_7.jpg");
        assertThat(gallery).containsEntry("cola_7.jpg", "cola");
        assertThat(task.counts().of(SourceCounts.Count.REFUSED)).isEqualTo(3);
    }

    @Test
    void shouldTakeOnlyWhatIsIncludedAndNothingHidden() throws Exception {
        write("notes.txt", PICTURE);
        write(".hidden.jpg", PICTURE);
        write(".git/a.jpg", PICTURE);
        assertThat(look(task(Map.of()))).hasSize(3);
        assertThat(look(task(Map.of("gallery", "other", "include", "*.txt")))).extracting(SourceRecord::key).containsExactly("other/notes.txt");
    }

    @Test
    void shouldFollowALabelFile() throws Exception {
        // given
        Path list = folder.resolve("list.txt");
        Files.writeString(list, "\uFEFFtea/green.jpg\tGreen tea\ncoffee.png\tCoffee\n");
        Map<String, String> options = Map.of("path", list.toString());
        GallerySourceTask task = task(options);
        look(task);
        assertThat(gallery).containsExactly(Map.entry("coffee.png", "Coffee"), Map.entry("tea/green.jpg", "Green tea"));
        // when a label is another one, a line goes, one comes, and one is none
        Files.writeString(list, "tea/green.jpg\tSencha\ntea/black.JPG\tAssam\nno tab here\n../up.jpg\tUp\n");
        look(task);
        // then all is done but the removal: the line that can't be read may be about it
        assertThat(gallery).containsExactly(Map.entry("coffee.png", "Coffee"), Map.entry("tea/black.JPG", "Assam"), Map.entry("tea/green.jpg", "Sencha"));
        assertThat(task.counts().of(SourceCounts.Count.REFUSED)).isEqualTo(2);
        // when it is mended, and a picture is gone
        Files.writeString(list, "tea/green.jpg\tSencha\ntea/black.JPG\tAssam\n");
        Files.delete(folder.resolve("tea/black.JPG"));
        look(task(options));
        assertThat(gallery).containsExactly(Map.entry("tea/green.jpg", "Sencha"));
    }

    @Test
    void shouldRefuseOptionsThatAreNone() {
        assertThat(errors(Map.of("path", folder + "/none"))).containsExactly("path: " + folder + "/none, not there (expected: a folder of pictures, or a label file)");
        assertThat(errors(Map.of("gallery", "my shop"))).singleElement().asString().contains("gallery: 'my shop' (expected: 1 to 100 of");
        assertThat(errors(Map.of("label.pattern", "(a)"))).singleElement().asString().contains("(?<label>...)");
        assertThat(errors(Map.of("label.pattern", "(?<label>"))).singleElement().asString().contains("expected: a regular expression");
        assertThat(errors(Map.of("poll.interval.ms", "99"))).singleElement().asString().contains("poll.interval.ms");
        assertThat(errors(Map.of("deletions", "maybe"))).singleElement().asString().contains("deletions");
        assertThat(errors(Map.of("max.image.bytes", "16777217"))).singleElement().asString().contains("max.image.bytes");
        assertThat(errors(Map.of())).isEmpty();
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> new GallerySettings(Map.of("path", "x")));
    }

    @Test
    void shouldSayThatItSupportsExactlyOnce() {
        assertThat(connector(Map.of()).exactlyOnceSupport(options(Map.of()))).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    }

    private List<String> errors(Map<String, String> more) {
        return new GallerySource().validate(options(more)).configValues().stream().map(ConfigValue::errorMessages).flatMap(List::stream).toList();
    }

    private GallerySource connector(Map<String, String> more) {
        GallerySource connector = new GallerySource();
        connector.start(options(more));
        return connector;
    }

    private Map<String, String> options(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of("gallery", "shop", "path", folder.toString(), "poll.interval.ms", "100", "settle.ms", "0"));
        options.putAll(more);
        return options;
    }

    private GallerySourceTask task(Map<String, String> more) {
        GallerySourceTask task = new GallerySourceTask();
        task.initialize(new StoredOffsets(offsets));
        task.start(options(more));
        return task;
    }

    /** All that one look finds, acknowledged. */
    private List<SourceRecord> look(GallerySourceTask task) throws InterruptedException {
        List<SourceRecord> records = new ArrayList<>();
        long looks = task.looks();
        while (task.looks() == looks || task.hasMore()) {
            List<SourceRecord> some = task.poll();
            if (some != null) {
                records.addAll(some);
            }
        }
        records.forEach(this::acknowledge);
        return records;
    }

    @SuppressWarnings("unchecked")
    private void acknowledge(SourceRecord record) {
        offsets.put(record.sourcePartition(), (Map<String, Object>) record.sourceOffset());
        String id = GalleryKey.parse((String) record.key()).id();
        if (record.value() == null) {
            gallery.remove(id);
        } else {
            gallery.put(id, ((org.apache.kafka.connect.data.Struct) record.value()).getString("label"));
        }
    }

    /** With times that differ, also on file systems that have no finer ones than seconds. */
    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + 1000 * ++second));
    }
}
