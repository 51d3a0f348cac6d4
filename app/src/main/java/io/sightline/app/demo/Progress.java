package io.sightline.app.demo;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on stderr: stdout belongs to results. */
public final class Progress {
    private static final int EVERY_MS = 200;

    private Progress() {
    }

    public static ProgressBar bar(String task, long steps) {
        return new ProgressBarBuilder().setTaskName(task).setInitialMax(steps).setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(EVERY_MS).build();
    }

    /** With the rate, and the time left by it. @param done steps that were done before */
    public static ProgressBar rated(String task, long steps, long done) {
        return new ProgressBarBuilder().setTaskName(task).setInitialMax(steps).setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(EVERY_MS).startsFrom(done, Duration.ZERO).showSpeed().build();
    }
}
