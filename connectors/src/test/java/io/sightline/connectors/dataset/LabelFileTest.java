package io.sightline.connectors.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sightline.connectors.dataset.LabelFile.Labelled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFileTest {
    private static final String EXPECTED = "(expected: relative/path.jpg, a tab, the label)";
    @TempDir
    private Path folder;

    @Test
    void shouldTakePathsRelativeToTheListsOwnFolder() throws IOException {
        assertThat(read("a/1.jpg\tApple\nb 2.jpg\tRed Apple\n")).containsExactly(new Labelled(folder.resolve("a/1.jpg"), "Apple"), new Labelled(folder.resolve("b 2.jpg"), "Red Apple"));
    }

    @Test
    void shouldTakePathsRelativeToTheRootGiven() throws IOException {
        Path root = Files.createDirectory(folder.resolve("pictures"));
        assertThat(LabelFile.read(write("1.jpg\tApple"), Optional.of(root))).containsExactly(new Labelled(root.resolve("1.jpg"), "Apple"));
    }

    @Test
    void shouldReadListsFromOtherSystems() throws IOException {
        assertThat(read("\uFEFF1.jpg\tÄpfel\r\n\r\n2.jpg\tBirne\r\n")).extracting(Labelled::label).containsExactly("Äpfel", "Birne");
        assertThat(read("\uFEFF1.jpg\tA")).extracting(Labelled::file).containsExactly(folder.resolve("1.jpg"));
    }

    @Test
    void shouldNameTheLineWhenItHasNoTab() {
        refused("1.jpg\tApple\n2.jpg Pear\n", "list.txt line 2: '2.jpg Pear' " + EXPECTED);
    }

    @Test
    void shouldNameTheLineWhenAPartIsMissing() {
        refused("1.jpg\t\n", "list.txt line 1: '1.jpg<TAB>' " + EXPECTED);
        refused("\tApple", "list.txt line 1: '<TAB>Apple' " + EXPECTED);
        refused("1.jpg\t\t7", "list.txt line 1: '1.jpg<TAB><TAB>7' " + EXPECTED);
        refused("1\u0000.jpg\tApple", "list.txt line 1: '1?.jpg<TAB>Apple' " + EXPECTED);
    }

    @Test
    void shouldTakeTheFirstTwoColumnsWhenThereAreMore() throws IOException {
        assertThat(read("1.jpg\tRed Apple\t7\n2.jpg\tPear\t\n")).extracting(Labelled::label).containsExactly("Red Apple", "Pear");
    }

    @Test
    void shouldCutLongLinesShort() {
        refused("x".repeat(1000), "list.txt line 1: '" + "x".repeat(60) + "…' " + EXPECTED);
    }

    @Test
    void shouldRefuseAnEmptyList() {
        refused("\n \n", "list.txt: no line with a picture " + EXPECTED);
    }

    @Test
    void shouldRefuseWhatIsNoText() throws IOException {
        Path list = Files.write(folder.resolve("list.txt"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
        assertThatIllegalArgumentException().isThrownBy(() -> LabelFile.read(list, Optional.empty())).withMessageContaining("no UTF-8 (expected: a text file");
    }

    @Test
    void shouldRefuseAListOrARootThatIsNotThere() throws IOException {
        Path list = write("1.jpg\tApple");
        assertThatIllegalArgumentException().isThrownBy(() -> LabelFile.read(folder.resolve("none.txt"), Optional.empty()))
                .withMessageContaining("none.txt: not there, or not a file (expected: ");
        assertThatIllegalArgumentException().isThrownBy(() -> LabelFile.read(list, Optional.of(folder.resolve("none"))))
                .withMessage("root: " + folder.resolve("none") + " (expected: a folder)");
    }

    private void refused(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(text)).withMessageEndingWith(message);
    }

    private List<Labelled> read(String text) throws IOException {
        return LabelFile.read(write(text), Optional.empty());
    }

    private Path write(String text) throws IOException {
        return Files.write(folder.resolve("list.txt"), text.getBytes(StandardCharsets.UTF_8));
    }
}
