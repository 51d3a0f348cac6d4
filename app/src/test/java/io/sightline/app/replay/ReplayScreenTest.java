package io.sightline.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ReplayScreenTest {
    /** The names of an archive are whatever its maker wanted. */
    @Test
    void shouldShowOnOneLineAPathThatWouldMoveTheCursor() {
        StringWriter text = new StringWriter();
        try (ReplayScreen screen = new ReplayScreen(new PrintWriter(text))) {
            screen.unreadable("a\u001b[2J\nb.jpg", "not there");
        }
        assertThat(text.toString().lines()).containsExactly("sightline: a?[2J?b.jpg: not there");
    }

    @Test
    void shouldShowTheFirstTwentyAndCountTheOthers() {
        StringWriter text = new StringWriter();
        try (ReplayScreen screen = new ReplayScreen(new PrintWriter(text))) {
            for (int i = 1; i <= 21; i++) {
                screen.unreadable(i + ".jpg", "not there");
            }
        }
        assertThat(text.toString().lines()).hasSize(21).contains("sightline: 20.jpg: not there").last().isEqualTo("sightline: and 1 more files that could not be sent");
    }
}
