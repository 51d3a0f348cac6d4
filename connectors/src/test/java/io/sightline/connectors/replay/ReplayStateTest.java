package io.sightline.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.replay.ReplayState.Begin;
import io.sightline.connectors.replay.ReplayState.Known;
import io.sightline.connectors.testing.SmallDisk;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayStateTest {
    private static final Begin BEGIN = new Begin(ReplayState.VERSION, "run", "token", 10, "f".repeat(64), Map.of("limit", "none"), "requests", List.of(5L, 6L), "results", List.of(7L, 8L));
    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("out.jsonl.state");
    }

    @Test
    void shouldKnowWhatItWasTold() {
        // given
        try (ReplayState state = ReplayState.open(file)) {
            assertThat(state.load()).isEmpty();
            state.begin(BEGIN);
            state.sent(3, 0, 5);
            state.sent(0, 0, 6);
            state.results(1234, Map.of(0, 9L));
            state.sent(1, 0, 9);
        }

        // when
        Known known = load();

        // then
        assertThat(known.begin()).isEqualTo(BEGIN);
        assertThat(known.sent().stream()).containsExactly(0, 1, 3);
        assertThat(known.requestsSeen()).isEqualTo(Map.of(0, 10L, 1, 6L));
        assertThat(known.resultsSeen()).isEqualTo(Map.of(0, 9L, 1, 8L));
        assertThat(known.fileBytes()).isEqualTo(1234);
    }

    /** Wherever it was cut: what is known is what the whole lines say, and it goes on behind them. */
    @Test
    void shouldForgetALineThatIsTorn() throws Exception {
        try (ReplayState state = ReplayState.open(file)) {
            state.begin(BEGIN);
            state.sent(3, 0, 5);
            state.results(1234, Map.of(0, 9L, 1, 10L));
        }
        byte[] whole = Files.readAllBytes(file);
        String text = new String(whole, StandardCharsets.UTF_8);
        int begin = text.indexOf('\n') + 1;
        int sent = text.indexOf('\n', begin) + 1;
        for (int cut = 0; cut <= whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            try (ReplayState state = ReplayState.open(file)) {
                if (cut < begin) {
                    assertThat(state.load()).isEmpty();
                    state.begin(BEGIN);
                } else {
                    Known known = state.load().orElseThrow();
                    assertThat(known.sent().get(3)).isEqualTo(cut >= sent);
                    assertThat(known.fileBytes()).isEqualTo(cut == whole.length ? 1234 : 0);
                }
                state.sent(7, 1, 6);
            }
            assertThat(load().sent().get(7)).isTrue();
        }
    }

    @Test
    void shouldForgetZerosThatAFileSystemLeft() throws Exception {
        try (ReplayState state = ReplayState.open(file)) {
            state.begin(BEGIN);
            state.sent(3, 0, 5);
        }
        Files.write(file, new byte[4096], StandardOpenOption.APPEND);
        assertThat(load().sent().stream()).containsExactly(3);
        assertThat(Files.readString(file)).doesNotContain("\u0000");
    }

    /** The disk is full for a moment, within a line or between two: what is written behind that would be taken for all there is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 8})
    void shouldWriteNothingBehindWhatAFullDiskDidNotTake(int room) throws Exception {
        // given
        try (ReplayState state = ReplayState.open(file)) {
            state.begin(BEGIN);
        }
        SmallDisk disk = new SmallDisk(FileChannel.open(file, StandardOpenOption.WRITE), room);
        try (ReplayState state = new ReplayState(file, disk)) {
            state.load();
            state.sent(3, 0, 5);
            state.sent(1, 0, 6);
            assertThatThrownBy(state::flush).isInstanceOf(ReplayException.class)
                    .hasMessage(file + ": can't be written, java.io.IOException: No space left on device (expected: a writable file on a disk with room)");

            // when
            disk.room(1000);
            state.sent(2, 0, 7);
        }

        // then
        Known known = load();
        assertThat(known.sent().stream().boxed().toList()).isEqualTo(room == 8 ? List.of(3) : List.of());
        assertThat(known.requestsSeen()).isEqualTo(Map.of(0, room == 8 ? 6L : 5L, 1, 6L));
    }

    @Test
    void shouldHaveOneProcess() {
        try (ReplayState state = ReplayState.open(file)) {
            state.begin(BEGIN);
            assertThatThrownBy(() -> ReplayState.open(file)).isInstanceOf(ReplayException.class).hasMessage(file + ": another process replays with it (expected: one at a time)");
        }
        load();
    }

    @Test
    void shouldLeaveNoFileWhereNothingBegan() {
        ReplayState.open(file).close();
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s 1 2", "s x 0 1", "r", "r 1 0", "q 1 2 3", "", "s 1 0 9223372036854775808"})
    void shouldRefuseLinesThatItDidNotWrite(String line) throws Exception {
        try (ReplayState state = ReplayState.open(file)) {
            state.begin(BEGIN);
        }
        Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        assertThatThrownBy(this::load).isInstanceOf(ReplayException.class).hasMessageContaining("line 2: '" + line + "'").hasMessageContaining("--restart");
    }

    @Test
    void shouldRefuseAnotherProgramsFile() throws Exception {
        Files.writeString(file, "hello\n");
        assertThatThrownBy(this::load).hasMessageContaining("line 1: not the state of a replay");
        Files.writeString(file, "{\"version\":2,\"name\":\"run\"}\n");
        assertThatThrownBy(this::load).hasMessageContaining("version 2 (expected: 1; --restart begins a new run)");
    }

    private Known load() {
        try (ReplayState state = ReplayState.open(file)) {
            return state.load().orElseThrow();
        }
    }
}
