package io.sightline.processors.tracer;

import io.sightline.schemas.TracerWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Writes a window in the very form of Paddle Serving's pipeline.tracer, so that scripts that read that go on working: a stage that had
 * nothing to do has no lines, nor has the executor where no request ended. Immutable.
 */
public final class PipelineTracerText {
    /** Stands before each block of the file. */
    private static final String TITLE = "==================== TRACER ======================";
    private static final String EXECUTOR = "@DAGExecutor";
    private static final List<String> PERCENTILES = List.of(".50", ".60", ".70", ".80", ".90", ".95", ".99");

    private final DateTimeFormatter timestamps;
    private final int workers;

    /**
     * @param zone of the time stamps
     * @param workers shown as the server's number of workers
     */
    public PipelineTracerText(ZoneId zone, int workers) {
        this.timestamps = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS", Locale.ROOT).withZone(zone);
        this.workers = workers;
    }

    /** The block of one window, its lines stamped with the window's end, each ended by a newline. */
    public String block(TracerReport report) {
        return write(new Block(report.total().getWindowEndMs()), report);
    }

    /** The block as it stands in the file, after a line that says where it begins. */
    public String titledBlock(TracerReport report) {
        Block block = new Block(report.total().getWindowEndMs());
        block.line(TITLE);
        return write(block, report);
    }

    private String write(Block block, TracerReport report) {
        report.stages().stream().filter(stage -> stage.getCount() > 0).forEach(stage -> op(block, stage));
        if (report.total().getCount() > 0) {
            executor(block, report.total());
        }
        channels(block, report.stages());
        return block.text.toString();
    }

    private void op(Block block, TracerWindow stage) {
        block.line("Op(" + stage.getStage() + "):");
        block.line("\tin[" + PythonFloat.repr(stage.getInMs()) + " ms]");
        block.line("\tprep[" + PythonFloat.repr(stage.getPrepMs()) + " ms]");
        block.line("\tmidp[" + PythonFloat.repr(stage.getMidpMs()) + " ms]");
        block.line("\tpostp[" + PythonFloat.repr(stage.getPostpMs()) + " ms]");
        block.line("\tout[" + PythonFloat.repr(stage.getOutMs()) + " ms]");
        block.line("\tidle[" + PythonFloat.repr(stage.getIdle()) + "]");
    }

    private void executor(Block block, TracerWindow total) {
        block.line("DAGExecutor:");
        block.line("\tQuery count[" + total.getCount() + "]");
        block.line("\tQPS[" + PythonFloat.repr(total.getQps()) + " q/s]");
        block.line("\tSucc[" + PythonFloat.repr(total.getSuccess()) + "]");
        block.line("\tError req[" + String.join(", ", total.getErrorRequestIds()) + "]");
        block.line("\tLatency:");
        block.line("\t\tave[" + PythonFloat.repr(total.getLatencyMs().get("ave")) + " ms]");
        PERCENTILES.forEach(p -> block.line("\t\t" + p + "[" + PythonFloat.repr(total.getLatencyMs().get(p)) + " ms]"));
    }

    private void channels(Block block, List<TracerWindow> stages) {
        block.line("Channel (server worker num[" + workers + "]):");
        String from = EXECUTOR;
        for (int i = 0; i < stages.size(); i++) {
            TracerWindow to = stages.get(i);
            channel(block, i, from, to.getStage(), to.getQueueSize() + "/" + to.getQueueCapacity());
            from = to.getStage();
        }
        channel(block, stages.size(), from, EXECUTOR, "0/0");
    }

    private static void channel(Block block, int number, String from, String to, String size) {
        block.line("\tchl" + number + "(In: ['" + from + "'], Out: ['" + to + "']) size[" + size + "]");
    }

    private final class Block {
        private final StringBuilder text = new StringBuilder();
        private final String stamp;

        Block(Instant at) {
            stamp = timestamps.format(at);
        }

        void line(String content) {
            text.append(stamp).append(' ').append(content).append('\n');
        }
    }
}
