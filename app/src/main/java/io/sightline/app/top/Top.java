package io.sightline.app.top;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** {@code sightline top}'s two ways of showing views: again and again on a terminal, or once. */
public final class Top {
    private static final long LOOK_EVERY_MS = 100;
    private static final String DUMB = "dumb";

    private final Supplier<TopView> views;

    public Top(Supplier<TopView> views) {
        this.views = views;
    }

    /**
     * Shows views until the user ends it.
     *
     * @return false: there is no terminal
     */
    public boolean live(Duration every) throws IOException {
        if (System.console() == null) {
            return false;
        }
        try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
            if (terminal.getType().startsWith(DUMB)) {
                return false;
            }
            new TopScreen(terminal, System.getenv("NO_COLOR") == null).run(views, every);
            return true;
        }
    }

    /**
     * Waits for a window that tells of now and prints one view.
     *
     * @param patience longest wait
     * @return the view printed; where none came in time, that of the last moment, which is printed as well
     */
    public TopView once(boolean json, Duration patience, PrintWriter out) throws InterruptedException {
        long endNs = System.nanoTime() + patience.toNanos();
        TopView view = views.get();
        while (!(view.isFresh() && (!view.lag().isEmpty() || view.trouble().isPresent())) && System.nanoTime() < endNs) {
            Thread.sleep(LOOK_EVERY_MS);
            view = views.get();
        }
        if (json) {
            out.println(TopJson.line(view));
        } else {
            List<String> lines = new TopText(ZoneId.systemDefault()).screen(view, Integer.MAX_VALUE, Integer.MAX_VALUE, false);
            lines.forEach(out::println);
        }
        out.flush();
        return view;
    }
}
