package io.sightline.app.top;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;

/**
 * Draws views on a terminal until {@code q}, Ctrl-C or the input's end. The terminal is given back as it was, also where the process is ended by a
 * signal (but for SIGKILL). Owned by one thread.
 */
final class TopScreen {
    private static final String ENTER = "\u001b[?1049h\u001b[?25l";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
    private static final int CTRL_C = 3;
    private static final int END = -1;
    private static final long LOOK_FOR_KEYS_MS = 100;

    private final Terminal terminal;
    private final TopText text = new TopText(ZoneId.systemDefault());
    private final boolean colour;
    private volatile boolean ended;

    /** @param colour false: no colours, as NO_COLOR asks */
    TopScreen(Terminal terminal, boolean colour) {
        this.terminal = terminal;
        this.colour = colour;
    }

    /** @param every between two looks */
    void run(Supplier<TopView> view, Duration every) throws IOException {
        Attributes before = terminal.enterRawMode();
        terminal.handle(Terminal.Signal.INT, signal -> ended = true);
        Thread restore = new Thread(() -> leave(before), "sightline-top-restore");
        Runtime.getRuntime().addShutdownHook(restore);
        try {
            PrintWriter out = terminal.writer();
            out.print(ENTER);
            while (!ended) {
                draw(view.get());
                await(every);
            }
        } finally {
            leave(before);
            try {
                Runtime.getRuntime().removeShutdownHook(restore);
            } catch (IllegalStateException e) {
                // The process is being ended: the hook has run or does now, which is harmless.
            }
        }
    }

    private synchronized void leave(Attributes before) {
        ended = true;
        terminal.writer().print(LEAVE);
        terminal.writer().flush();
        terminal.setAttributes(before);
    }

    /** Over what is there, line by line: a screen that is cleared first flickers. */
    private synchronized void draw(TopView view) {
        if (ended) {
            return; // given back already, by a signal
        }
        Size size = terminal.getSize();
        int columns = size.getColumns() > 0 ? size.getColumns() : 80;
        int rows = size.getRows() > 0 ? size.getRows() : 24;
        StringBuilder frame = new StringBuilder("\u001b[H");
        List<String> lines = text.screen(view, columns, rows, colour);
        for (int i = 0; i < lines.size(); i++) {
            frame.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(lines.get(i).length() >= columns ? "" : "\u001b[K");
        }
        frame.append("\u001b[J");
        terminal.writer().print(frame);
        terminal.writer().flush();
    }

    /** Returns early where a key ends all, or the terminal's size has changed. */
    private void await(Duration time) throws IOException {
        NonBlockingReader keys = terminal.reader();
        Size drawn = terminal.getSize();
        long endNs = System.nanoTime() + time.toNanos();
        while (!ended && System.nanoTime() < endNs) {
            int key = keys.read(Math.max(1, Math.min(LOOK_FOR_KEYS_MS, TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime()))));
            if (key == 'q' || key == 'Q' || key == CTRL_C || key == END) {
                ended = true;
            }
            if (!terminal.getSize().equals(drawn)) {
                return;
            }
        }
    }
}
