package io.sightline.connectors.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.bridge.LineSplitter.Line;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {
    private final List<Line> lines = new ArrayList<>();
    private final LineSplitter splitter = new LineSplitter(10, lines::add);

    private List<String> texts() {
        return lines.stream().map(line -> line.bytes() == null ? null : new String(line.bytes(), UTF_8)).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100})
    void shouldGiveTheSameLinesHoweverTheBytesCome(int chunk) {
        byte[] all = "one\n\ntwo\r\n0123456789\nlast".getBytes(UTF_8);
        for (int from = 0; from < all.length; from += chunk) {
            splitter.add(java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + chunk)));
        }
        splitter.end();
        assertThat(texts()).containsExactly("one", "", "two\r", "0123456789", "last");
        assertThat(lines).extracting(Line::number).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(lines.stream().mapToLong(Line::taken).sum()).isEqualTo(all.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 100})
    void shouldLeaveOutALineThatIsOneByteTooLongAndNoOther(int chunk) {
        byte[] all = "a\n01234567890\nb\n".getBytes(UTF_8);
        for (int from = 0; from < all.length; from += chunk) {
            splitter.add(java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + chunk)));
        }
        splitter.end();
        assertThat(texts()).containsExactly("a", null, "b");
        assertThat(lines.get(1).taken()).isEqualTo(12);
    }

    @Test
    void shouldTellBlankLines() {
        splitter.add(" \t\r\nx\n".getBytes(UTF_8));
        assertThat(lines).extracting(Line::isBlank).containsExactly(true, false);
    }
}
