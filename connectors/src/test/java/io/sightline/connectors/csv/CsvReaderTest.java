package io.sightline.connectors.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CsvReaderTest {
    @Test
    void shouldReadBackWhatIsWritten() throws Exception {
        Random random = new Random(3);
        String[] pieces = {"", "a", ",", "\"", "\n", "\r\n", "\u00e4", " ", "\"\"", "x,y"};
        List<List<String>> rows = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < 500; r++) {
            List<String> row = new ArrayList<>();
            for (int c = 1 + random.nextInt(4); c > 0; c--) {
                row.add(pieces[random.nextInt(pieces.length)] + pieces[random.nextInt(pieces.length)]);
            }
            rows.add(row);
            text.append(CsvText.row(row));
        }
        assertThat(read(text.toString().getBytes(StandardCharsets.UTF_8))).isEqualTo(rows);
    }

    @Test
    void shouldReadWhatOtherProgramsWrite() throws Exception {
        assertThat(read("\ufeffa,b\n\n1, 2 \r\n\"x\ny\",\"\"\"\"\n,\nlast".getBytes(StandardCharsets.UTF_8)))
                .containsExactly(List.of("a", "b"), List.of("1", " 2 "), List.of("x\ny", "\""), List.of("", ""), List.of("last"));
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read("\n\r\n".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void shouldSayWhereARowBegan() throws Exception {
        try (CsvReader reader = new CsvReader(new ByteArrayInputStream("a\n\n\"b\nc\"\nd\n".getBytes(StandardCharsets.UTF_8)))) {
            List<Long> lines = new ArrayList<>();
            List<Long> ends = new ArrayList<>();
            while (reader.row(false) != null) {
                lines.add(reader.line());
                ends.add(reader.position());
            }
            assertThat(lines).containsExactly(1L, 3L, 5L);
            assertThat(ends).containsExactly(2L, 9L, 11L);
        }
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThatThrownBy(() -> read("\"a\"b\n".getBytes(StandardCharsets.UTF_8))).hasMessage("'b' behind a closing quote (expected: a comma or the end of the line)");
        assertThatThrownBy(() -> read("\"a\n".getBytes(StandardCharsets.UTF_8))).hasMessage("the end of the file within quotes (expected: a closing quote)");
        assertThatThrownBy(() -> read(new byte[] {(byte) 0xFF, '\n'})).hasMessage("bytes that are no UTF-8 (expected: text)");
        byte[] endless = new byte[(16 << 20) + 2];
        Arrays.fill(endless, (byte) 'a');
        assertThatThrownBy(() -> read(endless)).hasMessageStartingWith("a row of more than 16777216 bytes");
    }

    @Test
    void shouldNotLetASpreadsheetTakeTextForAFormula() {
        assertThat(CsvText.harmless("=1+1")).isEqualTo("'=1+1");
        assertThat(CsvText.harmless("@x")).isEqualTo("'@x");
        assertThat(CsvText.harmless("a=1")).isEqualTo("a=1");
        assertThat(CsvText.harmless("")).isEmpty();
        assertThat(CsvText.harmless(null)).isNull();
    }

    private static List<List<String>> read(byte[] text) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (CsvReader reader = new CsvReader(new ByteArrayInputStream(text))) {
            for (List<String> row = reader.row(false); row != null; row = reader.row(false)) {
                rows.add(row);
            }
        }
        return rows;
    }
}
