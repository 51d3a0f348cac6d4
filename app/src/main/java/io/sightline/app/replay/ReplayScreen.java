package io.sightline.app.replay;

import io.sightline.app.demo.Progress;
import io.sightline.connectors.replay.ReplayListener;
import io.sightline.connectors.text.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;

/** A progress bar, and below it, once it is closed, the first pictures that could not be sent. Used by one thread. */
public final class ReplayScreen implements ReplayListener, AutoCloseable {
    private static final int MOST_SHOWN = 20;
    private static final int MAX_CHARS = 1000;
    private final PrintWriter err;
    private final List<String> unreadable = new ArrayList<>();
    private long unreadableCount;
    private ProgressBar bar;

    public ReplayScreen(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begun(String name, int total, int done) {
        err.println("replay " + name + ": " + total + " pictures" + (done > 0 ? ", " + done + " of them are done: going on" : ""));
        err.flush();
        bar = Progress.rated("replay", total, done);
    }

    @Override
    public void progressed(int done) {
        bar.stepTo(done);
    }

    @Override
    public void unreadable(String path, String problem) {
        unreadableCount++;
        if (unreadable.size() < MOST_SHOWN) {
            unreadable.add(path + ": " + problem);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        unreadable.forEach(file -> err.println("sightline: " + Printable.text(file, MAX_CHARS)));
        if (unreadableCount > unreadable.size()) {
            err.println("sightline: and " + (unreadableCount - unreadable.size()) + " more files that could not be sent");
        }
        err.flush();
    }
}
