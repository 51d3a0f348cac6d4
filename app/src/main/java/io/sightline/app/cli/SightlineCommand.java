package io.sightline.app.cli;

import io.sightline.app.broker.BrokerException;
import io.sightline.app.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's root. Exit status: 0 done, 1 it failed (the last line on stderr says why), 2 the command line is wrong. */
@Command(name = "sightline", description = "Recognises what is in pictures, as a Kafka Streams application.", mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        subcommands = {DemoCommand.class, UpCommand.class, WorkerCommand.class, BridgeCommand.class, RecognizeCommand.class, BenchCommand.class, EvaluateCommand.class,
            SynthCommand.class, ModelsCommand.class, ConfigCommand.class, HelpCommand.class})
public final class SightlineCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    public static int run(String... args) {
        return new CommandLine(new SightlineCommand()).setExecutionExceptionHandler(SightlineCommand::explain)
                .setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** What an operator can mend is said in a sentence; a stack trace is for what only a developer can. */
    private static int explain(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
        boolean operators = e instanceof ConfigException || e instanceof BrokerException || e instanceof CommandFailed
                || e instanceof IllegalArgumentException;
        commandLine.getErr().println("sightline: " + (operators ? e.getMessage() : "failed: " + e));
        if (!operators) {
            e.printStackTrace(commandLine.getErr());
        }
        return 1;
    }
}
