package io.sightline.app.cli;

import io.sightline.app.hub.HubServingException;
import io.sightline.app.hub.ServingPid;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline hub serving start|stop}: PaddleHub Serving's commands. */
@Command(name = "hub", description = "PaddleHub Serving's commands: hub serving start, hub serving stop.", subcommands = HubCommand.Serving.class)
final class HubCommand implements Runnable {
    static final String PID_FOLDER = "folder of the files by which stop finds what start has started (default: .sightline/hub in the home folder)";
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given (expected: serving start or serving stop)");
    }

    /** {@code hub serving}. */
    @Command(name = "serving", description = "Serves modules as PaddleHub Serving does.", subcommands = HubStartCommand.class)
    static final class Serving implements Runnable {
        private static final Duration PATIENCE = Duration.ofSeconds(30);
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "no command given (expected: start or stop)");
        }

        @Command(mixinStandardHelpOptions = true, description = "Stops what serves a port: SIGTERM, then waits until it has ended. Exit status 1 where nothing was stopped.")
        int stop(@Option(names = {"-p", "--port"}, paramLabel = "PORT", defaultValue = "8866", description = "port served (default: ${DEFAULT-VALUE})") int port,
                @Option(names = "--pid-folder", paramLabel = "DIR", description = PID_FOLDER) Path folder) {
            PrintWriter out = spec.commandLine().getOut();
            ServingPid.Stop stopped = ServingPid.stop(folder == null ? ServingPid.FOLDER : folder, port, PATIENCE, () -> {
                out.println("PaddleHub Serving will stop.");
                out.flush();
            });
            switch (stopped) {
                case STOPPED, GONE_BEFORE -> out.println("PaddleHub Serving has been stopped.");
                case NOT_THERE -> throw new HubServingException("port " + port
                        + ": no hub serving start is known there (expected: its port and its --pid-folder)");
                case ANOTHER_PROCESS -> throw new HubServingException("port " + port + ": its process has ended, its pid is another's now: nothing was stopped (expected: a running hub serving start)");
                default -> throw new HubServingException("port " + port + ": still running " + PATIENCE.toSeconds() + " s after SIGTERM (expected: its end)");
            }
            out.flush();
            return 0;
        }
    }
}
