package io.sightline.app.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportFileTest {
    private static final JsonMapper JSON = new JsonMapper();
    @TempDir
    private Path folder;

    private List<ImportItem> read(String text) throws IOException {
        return ImportFile.read(Files.writeString(folder.resolve("list"), text), Optional.empty());
    }

    private static JsonNode sent(ImportItem item) throws IOException {
        return JSON.readTree(item.line().bytes());
    }

    @Test
    void shouldTakeThePathAsIdOfALabelFilesPicture() throws Exception {
        Files.createDirectory(folder.resolve("a"));
        Files.write(folder.resolve("a/1.jpg"), new byte[] {1, 2, 3});
        List<ImportItem> items = read("\na/1.jpg\tGreen tea\n");
        assertThat(items).singleElement().satisfies(item -> {
            assertThat(item.id()).isEqualTo("a/1.jpg");
            assertThat(item.place()).isEqualTo(folder.resolve("list") + " line 2");
            assertThat(sent(item)).isEqualTo(JSON.readTree("{\"id\":\"a/1.jpg\",\"label\":\"Green tea\",\"image\":\"AQID\"}"));
        });
    }

    @Test
    void shouldReadPicturesOnlyWhenTheirTurnComes() throws Exception {
        ImportItem item = read("none.jpg\tx\n").get(0);
        assertThatThrownBy(() -> item.line().bytes()).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldSendJsonLinesAsTheyAre() throws Exception {
        List<ImportItem> items = read("{\"id\":\"1\",\"label\":\"x\",\"vector\":[0.1,2],\"attributes\":{\"n\":123456789012345678901234567890.5}}\n\n{\"label\":\"y\",\"image\":\"AQID\"}\n");
        assertThat(items).extracting(ImportItem::id).containsExactly("1", null);
        assertThat(items.get(1).place()).endsWith("list line 3");
        assertThat(new String(items.get(0).line().bytes())).isEqualTo("{\"id\":\"1\",\"label\":\"x\",\"vector\":[0.1,2],\"attributes\":{\"n\":123456789012345678901234567890.5}}");
    }

    @Test
    void shouldPutThePictureOfItsFileIntoAJsonLine() throws Exception {
        Files.write(folder.resolve("1.jpg"), new byte[] {1, 2, 3});
        ImportItem item = read("{\"id\":\"1\",\"label\":\"x\",\"image_file\":\"1.jpg\",\"box\":[0,0,1,1]}").get(0);
        assertThat(sent(item)).isEqualTo(JSON.readTree("{\"id\":\"1\",\"label\":\"x\",\"box\":[0,0,1,1],\"image\":\"AQID\"}"));
        assertThat(sent(item)).as("again").isEqualTo(sent(item));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "[1]", "{\"id\":\"1\"", "1", "{} {}"})
    void shouldLetABadLineFailAlone(String line) throws Exception {
        List<ImportItem> items = read("{\"id\":\"1\",\"label\":\"x\",\"vector\":[1]}\n" + line + "\n{\"id\":\"3\"}\n");
        assertThat(items).hasSize(3);
        assertThatIllegalArgumentException().isThrownBy(() -> items.get(1).line().bytes()).withMessageContaining("(expected: a JSON object)");
        assertThat(items.get(2).id()).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"image_file\":1}", "{\"image_file\":\"1.jpg\",\"image\":\"AAAA\"}"})
    void shouldRefuseAPictureFileThatIsNone(String line) throws Exception {
        ImportItem item = read(line).get(0);
        assertThatIllegalArgumentException().isThrownBy(() -> item.line().bytes()).withMessageContaining("image_file: ").withMessageContaining("(expected: the path of a picture");
    }

    @Test
    void shouldNotReadAPictureOneByteTooLarge() throws Exception {
        Path large = folder.resolve("large.jpg");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((16 << 20) + 1);
        }
        ImportItem item = read("large.jpg\tx\n").get(0);
        assertThatIllegalArgumentException().isThrownBy(() -> item.line().bytes()).withMessage(large + ": 16777217 bytes (expected: at most 16777216)");
    }

    @Test
    void shouldNameTheFileThatIsNotThere() {
        assertThatIllegalArgumentException().isThrownBy(() -> ImportFile.read(folder.resolve("none"), Optional.empty())).withMessage(folder.resolve("none") + ": not there (expected: a label file or JSON lines)");
    }

    @Test
    void shouldLetABadLineOfALabelFileFailAlone() throws Exception {
        List<ImportItem> items = read("1.jpg\tx\n2.jpg x\n3\u0000.jpg\tx\n4.jpg\ty\n");
        assertThat(items).extracting(ImportItem::id).containsExactly("1.jpg", null, null, "4.jpg");
        assertThat(items.get(1).place()).endsWith("list line 2");
        assertThatIllegalArgumentException().isThrownBy(() -> items.get(1).line().bytes()).withMessage("'2.jpg x' (expected: relative/path.jpg, a tab, the label)");
        assertThatIllegalArgumentException().isThrownBy(() -> items.get(2).line().bytes()).withMessage("'3?.jpg<TAB>x' (expected: relative/path.jpg, a tab, the label)");
    }

    @Test
    void shouldTakeTheSecondColumnAsLabelWhenThereAreMore() throws Exception {
        Files.write(folder.resolve("1.jpg"), new byte[] {1, 2, 3});
        assertThat(sent(read("1.jpg\tGreen tea\t7\tmore\n").get(0)).path("label").textValue()).isEqualTo("Green tea");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFF", "\uFEFF\n ", "\uFEFF\r\n"})
    void shouldKnowJsonLinesBehindAByteOrderMark(String before) throws Exception {
        List<ImportItem> items = read(before + "{\"id\":\"1\",\"label\":\"x\",\"vector\":[1]}\r\n{\"id\":\"2\"}\r\n");
        assertThat(items).extracting(ImportItem::id).containsExactly("1", "2");
        assertThat(sent(items.get(0))).isEqualTo(JSON.readTree("{\"id\":\"1\",\"label\":\"x\",\"vector\":[1]}"));
    }

    @Test
    void shouldReadALabelFileOfAnotherSystem() throws Exception {
        assertThat(read("\uFEFF\r\n1.jpg\t\u00c4pfel\r\n")).singleElement().satisfies(item -> {
            assertThat(item.id()).isEqualTo("1.jpg");
            assertThat(item.place()).endsWith("list line 2");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n \n", "\uFEFF", "\uFEFF\r\n"})
    void shouldRefuseAFileWithNothingInIt(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(text)).withMessageContaining("list: no line with a picture");
    }
}
