package io.sightline.connectors.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {
    private static final int MAX = 1000;
    private static final DatasetOptions IMAGE_FOLDER = new DatasetOptions(true, Optional.empty());
    @TempDir
    private Path folder;

    @Test
    void shouldFindTheFilesOfAFolderAndItsFoldersSortedByPath() throws Exception {
        // given
        file("b/2.jpg");
        file("b/10.JPEG");
        file("a.png");
        file("b/c/d/1.jpg");
        file("notes.txt");
        file("picture.webp");
        file(".hidden.jpg");
        file(".git/x.jpg");

        // when
        try (Dataset dataset = open(folder)) {
            // then
            assertThat(paths(dataset)).containsExactly("a.png", "b/10.JPEG", "b/2.jpg", "b/c/d/1.jpg");
            assertThat(dataset.items()).allSatisfy(item -> assertThat(item.label()).isEmpty());
            assertThat(text(dataset, 2)).isEqualTo("b/2.jpg");
            assertThat(dataset.warnings()).containsExactly(folder + ": 2 files left out (expected: names that end with .jpg, .jpeg or .png)");
            assertThat(dataset.sequential()).isFalse();
        }
    }

    @Test
    void shouldTakeTheFirstFolderForTheLabelWhereItIsAnImageFolder() throws Exception {
        file("tea/1.jpg");
        file("tea/deeper/2.jpg");
        file("milk/1.jpg");
        file("loose.jpg");
        try (Dataset dataset = Dataset.open(List.of(folder), IMAGE_FOLDER)) {
            assertThat(dataset.items()).extracting(DatasetItem::path, item -> item.label().orElse("-")).containsExactly(
                    org.assertj.core.groups.Tuple.tuple("loose.jpg", "-"), org.assertj.core.groups.Tuple.tuple("milk/1.jpg", "milk"),
                    org.assertj.core.groups.Tuple.tuple("tea/1.jpg", "tea"), org.assertj.core.groups.Tuple.tuple("tea/deeper/2.jpg", "tea"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.tar", "data.tar.gz", "data.TGZ", "data.zip"})
    void shouldReadPicturesOfAnArchiveInAnyOrder(String name) throws Exception {
        // given
        Path archive = archive(name, "./z/2.jpg", "a/1.png", "readme.md", "__MACOSX/._1.png", "a/.hidden.jpg", "a/3.jpeg");

        try (Dataset dataset = Dataset.open(List.of(archive), IMAGE_FOLDER)) {
            // then
            assertThat(paths(dataset)).containsExactly("z/2.jpg", "a/1.png", "a/3.jpeg");
            assertThat(dataset.items()).extracting(item -> item.label().orElseThrow()).containsExactly("z", "a", "a");
            for (int item : new int[] {0, 1, 2, 2, 0, 1}) {
                assertThat(text(dataset, item)).isEqualTo(List.of("./z/2.jpg", "a/1.png", "a/3.jpeg").get(item));
            }
            assertThat(dataset.warnings()).singleElement().asString().contains("1 files left out");
            assertThat(dataset.sequential()).isEqualTo(!name.endsWith(".tar") && !name.endsWith(".zip"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.tar", "data.tar.gz", "data.zip"})
    void shouldRefuseArchivesThatAreNone(String name) throws Exception {
        Path archive = Files.write(folder.resolve(name), new byte[] {1, 2, 3, 4, 5});
        assertThatThrownBy(() -> open(archive)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(name).hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.tar", "data.tar.gz", "data.zip"})
    void shouldNotReadMoreOfAnEntryThanAllowed(String name) throws Exception {
        Path archive = archive(name, "a/" + "x".repeat(60) + ".jpg");
        try (Dataset dataset = open(archive)) {
            assertThatThrownBy(() -> dataset.items().get(0).picture().read(10)).isInstanceOf(IOException.class).hasMessage("more than 10 bytes (expected: at most that)");
            assertThat(dataset.items().get(0).picture().read(MAX)).hasSize(66);
        }
    }

    /** Programs that know of no UTF-8 write names in the code page of the first PCs. */
    @Test
    void shouldReadAZipFileWhoseNamesAreNoUtf8() throws Exception {
        Path archive = folder.resolve("old.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive), Charset.forName("IBM437"))) {
            zip.putNextEntry(new ZipEntry("Gr\u00fcner Tee/1.jpg"));
            zip.write(7);
            zip.closeEntry();
        }
        try (Dataset dataset = Dataset.open(List.of(archive), IMAGE_FOLDER)) {
            assertThat(paths(dataset)).containsExactly("Gr\u00fcner Tee/1.jpg");
            assertThat(dataset.items().get(0).label()).contains("Gr\u00fcner Tee");
            assertThat(dataset.items().get(0).picture().read(MAX)).containsExactly(7);
        }
    }

    /** A pipe without a writer would be waited for without end, and so would the replay be. */
    @Test
    void shouldNotReadWhatIsNoFile() throws Exception {
        Files.createDirectory(folder.resolve("folder.jpg"));
        Path list = Files.writeString(folder.resolve("list.txt"), "/dev/null\tMilk\nfolder.jpg\tMilk\n");
        try (Dataset dataset = open(list)) {
            for (DatasetItem item : dataset.items()) {
                assertThatThrownBy(() -> item.picture().read(MAX)).as(item.path()).isInstanceOf(IOException.class).hasMessage("not a file (expected: a JPEG or PNG file)");
            }
        }
    }

    @Test
    void shouldReadALabelFile() throws Exception {
        file("pictures/1.jpg");
        Path list = Files.writeString(folder.resolve("query.txt"), "pictures/1.jpg\tGreen tea\npictures/gone.jpg\tMilk\n");
        try (Dataset dataset = open(list)) {
            assertThat(dataset.items()).extracting(DatasetItem::path, item -> item.label().orElseThrow()).containsExactly(
                    org.assertj.core.groups.Tuple.tuple("pictures/1.jpg", "Green tea"), org.assertj.core.groups.Tuple.tuple("pictures/gone.jpg", "Milk"));
            assertThat(text(dataset, 0)).isEqualTo("pictures/1.jpg");
            assertThatThrownBy(() -> dataset.items().get(1).picture().read(MAX)).isInstanceOf(IOException.class).hasMessage("not there (expected: a JPEG or PNG file)");
        }
    }

    @Test
    void shouldReadCsvWithAttributes() throws Exception {
        file("a.jpg");
        Path list = Files.writeString(folder.resolve("list.csv"), "shop,path,label,note\r\n7,a.jpg,Tea,\"a, b\"\r\n8,b.jpg,,\r\n");
        try (Dataset dataset = open(list)) {
            DatasetItem first = dataset.items().get(0);
            assertThat(first.label()).contains("Tea");
            assertThat(first.attributes()).isEqualTo(Map.of("shop", "7", "note", "a, b"));
            assertThat(dataset.items().get(1).label()).isEmpty();
            assertThat(text(dataset, 0)).isEqualTo("a.jpg");
        }
    }

    @Test
    void shouldReadJsonLinesWithAttributesUnderAnotherRoot() throws Exception {
        file("root/a.jpg");
        Path list = Files.writeString(folder.resolve("list.jsonl"), "{\"path\":\"a.jpg\",\"label\":\"Tea\",\"price\":1.50,\"tags\":[\"x\"],\"none\":null}\n\n");
        try (Dataset dataset = Dataset.open(List.of(list), new DatasetOptions(false, Optional.of(folder.resolve("root"))))) {
            assertThat(dataset.items().get(0).attributes()).isEqualTo(Map.of("price", "1.50", "tags", "[\"x\"]"));
            assertThat(text(dataset, 0)).isEqualTo("root/a.jpg");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            list.csv | file,label\\na.jpg,x | list.csv line 1: columns [file, label] (expected: a first line of columns' names, path among them)
            list.csv | path,path\\na.jpg,x | list.csv line 1: columns [path, path] (expected: each name once)
            list.csv | path,label\\na.jpg | list.csv line 2: 1 cells (expected: 2, as many as columns)
            list.csv | path,label\\n,x | list.csv line 2: path: '' (expected: the path of a picture)
            list.csv | path,label | list.csv: no row with a picture (expected: a row for each below the columns' names)
            list.jsonl | {"path":"a.jpg"}\\n[] | list.jsonl line 2: '[]' (expected: a JSON object with path, the path of a picture)
            list.jsonl | {"file":"a.jpg"} | list.jsonl line 1: '{"file":"a.jpg"}' (expected: a JSON object with path, the path of a picture)
            list.jsonl | {"path": | list.jsonl line 1: '{"path":' (expected: a JSON object)
            list.txt | a.jpg tea | list.txt line 1: 'a.jpg tea' (expected: relative/path.jpg, a tab, the label)
            """)
    void shouldSayWhereAListIsWrong(String name, String text, String message) throws Exception {
        Path list = Files.writeString(folder.resolve(name), text.replace("\\n", "\n"));
        assertThatThrownBy(() -> open(list)).isInstanceOf(IllegalArgumentException.class).hasMessage(folder + "/" + message);
    }

    @Test
    void shouldSayThatThereIsNothing() throws Exception {
        assertThatThrownBy(() -> open(folder)).hasMessage(folder + ": no picture in it (expected: files whose names end with .jpg, .jpeg or .png)");
        assertThatThrownBy(() -> open(folder.resolve("gone"))).hasMessage(folder.resolve("gone") + ": not there (expected: a folder, a picture, a list or an archive)");
        Path empty = archive("empty.zip", "readme.md");
        assertThatThrownBy(() -> open(empty)).hasMessageContaining("no picture in it");
    }

    @Test
    void shouldPutSeveralPathsOneAfterTheOther() throws Exception {
        file("one/a.jpg");
        file("two/a.jpg");
        file("single.jpg");
        try (Dataset dataset = Dataset.open(List.of(folder.resolve("two"), folder.resolve("single.jpg"), folder.resolve("one")), DatasetOptions.DEFAULTS)) {
            assertThat(paths(dataset)).containsExactly("two/a.jpg", "single.jpg", "one/a.jpg");
            assertThat(text(dataset, 0)).isEqualTo("two/a.jpg");
        }
    }

    @Test
    void shouldFollowLinksAndSurviveOnesThatLeadInCircles() throws Exception {
        Path outside = Files.createTempDirectory(folder.getParent(), "outside");
        Files.writeString(outside.resolve("linked.jpg"), "linked");
        file("data/a.jpg");
        Files.createSymbolicLink(folder.resolve("data/link"), outside);
        Files.createSymbolicLink(folder.resolve("data/circle"), folder.resolve("data"));
        Files.createSymbolicLink(folder.resolve("data/nowhere.jpg"), folder.resolve("gone.jpg"));
        try (Dataset dataset = open(folder.resolve("data"))) {
            assertThat(paths(dataset)).containsExactly("a.jpg", "link/linked.jpg", "nowhere.jpg");
            assertThat(dataset.warnings()).singleElement().asString().contains("circle: left out");
            assertThatThrownBy(() -> dataset.items().get(2).picture().read(MAX)).hasMessageStartingWith("not there");
        } finally {
            Files.delete(outside.resolve("linked.jpg"));
            Files.delete(outside);
        }
    }

    @Test
    void shouldChangeItsFingerprintWithAnythingThatCounts() throws Exception {
        file("a.jpg");
        file("b/c.jpg");
        String before = fingerprint();
        assertThat(fingerprint()).isEqualTo(before);

        Files.setLastModifiedTime(folder.resolve("a.jpg"), FileTime.fromMillis(1_000_000));
        String touched = fingerprint();
        Files.writeString(folder.resolve("a.jpg"), "longer than it was");
        Files.setLastModifiedTime(folder.resolve("a.jpg"), FileTime.fromMillis(1_000_000));
        String longer = fingerprint();
        Files.move(folder.resolve("a.jpg"), folder.resolve("d.jpg"));
        String renamed = fingerprint();
        String labelled;
        try (Dataset dataset = Dataset.open(List.of(folder), IMAGE_FOLDER)) {
            labelled = dataset.fingerprint();
        }
        assertThat(List.of(before, touched, longer, renamed, labelled)).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotReadAFileThatIsTooLarge() throws Exception {
        file("a.jpg");
        try (Dataset dataset = open(folder)) {
            assertThatThrownBy(() -> dataset.items().get(0).picture().read(4)).isInstanceOf(IOException.class).hasMessage("5 bytes (expected: at most 4)");
            assertThat(dataset.items().get(0).picture().read(5)).hasSize(5);
        }
    }

    private String fingerprint() {
        try (Dataset dataset = open(folder)) {
            return dataset.fingerprint();
        }
    }

    private static Dataset open(Path path) {
        return Dataset.open(List.of(path), DatasetOptions.DEFAULTS);
    }

    private static List<String> paths(Dataset dataset) {
        return dataset.items().stream().map(DatasetItem::path).toList();
    }

    private static String text(Dataset dataset, int item) throws IOException {
        return new String(dataset.items().get(item).picture().read(MAX), StandardCharsets.UTF_8);
    }

    private void file(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }

    /** Each file has its name for content. */
    private Path archive(String name, String... files) throws IOException {
        Path archive = folder.resolve(name);
        List<String> entries = new ArrayList<>(List.of(files));
        try (OutputStream out = Files.newOutputStream(archive)) {
            if (name.endsWith(".zip")) {
                try (ZipOutputStream zip = new ZipOutputStream(out)) {
                    zip.putNextEntry(new ZipEntry("a/"));
                    for (String file : entries) {
                        zip.putNextEntry(new ZipEntry(file));
                        zip.write(file.getBytes(StandardCharsets.UTF_8));
                    }
                }
            } else {
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(name.endsWith(".tar") ? out : new GZIPOutputStream(out))) {
                    tar.putArchiveEntry(new TarArchiveEntry("a/"));
                    tar.closeArchiveEntry();
                    for (String file : entries) {
                        TarArchiveEntry entry = new TarArchiveEntry(file);
                        entry.setSize(file.length());
                        tar.putArchiveEntry(entry);
                        tar.write(file.getBytes(StandardCharsets.UTF_8));
                        tar.closeArchiveEntry();
                    }
                }
            }
        }
        return archive;
    }
}
