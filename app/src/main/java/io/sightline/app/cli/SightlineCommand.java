package io.sightline.app.cli;

import io.sightline.app.broker.BrokerException;
import io.sightline.app.config.ConfigException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's root. Exit status: 0 done, 1 it failed (the last line on stderr says why), 2 the command line is wrong. */
@Command(name = "sightline", description = "Recognises what is in pictures, as a Kafka Streams application.", mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            WorkerCommand.class,
            BridgeCommand.class,
            RecognizeCommand.class,
            ReplayCommand.class,
            GalleryCommand.class,
            RerunCommand.class,
            DiffCommand.class,
            DeadLettersCommand.class,
            TopCommand.class,
            BenchCommand.class,
            EvaluateCommand.class,
            SynthCommand.class,
            ModelsCommand.class,
            HubCommand.class,
            KeyCommand.class,
            ConfigCommand.class,
            HelpCommand.class})
public final class SightlineCommand implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SightlineCommand.class);
    @Spec
    private CommandSpec spec;

    public static int run(String... args) {
        return withHelp(new CommandLine(new SightlineCommand())).setExecutionExceptionHandler(SightlineCommand::explain)
                .setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    }

    /** Every command answers --help, not the root alone. Commands that are methods say so themselves: their arguments are told apart by position. */
    private static CommandLine withHelp(CommandLine command) {
        if (!(command.getCommandSpec().userObject() instanceof Method) && !command.getCommandSpec().helpCommand() && !command.getCommandSpec().mixinStandardHelpOptions()) {
            command.getCommandSpec().mixinStandardHelpOptions(true);
        }
        command.getSubcommands().values().forEach(SightlineCommand::withHelp);
        return command;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** An error in our own form, seen and expected, is for the operator: a sentence. A stack trace is for what only a developer can mend. */
    private static int explain(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
        Optional<String> sentence = sentence(e);
        if (Logging.isJson()) {
            LOG.error("sightline: {}", sentence.orElse("failed: " + e), sentence.isPresent() ? null : e);
            return 1;
        }
        if (sentence.isPresent()) {
            LOG.debug("{} failed", commandLine.getCommandName(), e);
        } else {
            e.printStackTrace(commandLine.getErr());
        }
        commandLine.getErr().println("sightline: " + sentence.orElse("failed: " + e));
        return 1;
    }

    private static Optional<String> sentence(Exception e) {
        if (e instanceof ConfigException || e instanceof BrokerException || e instanceof CommandFailed || String.valueOf(e.getMessage()).contains("(expected: ")) {
            return Optional.of(e.getMessage());
        }
        // A client could not be made of what was set: Kafka says what it saw.
        return Optional.ofNullable(e.getCause() == null ? e : e.getCause()).filter(org.apache.kafka.common.config.ConfigException.class::isInstance)
                .map(cause -> "kafka: " + cause.getMessage() + " (expected: settings that Kafka's clients take, see --bootstrap-servers and the section kafka)");
    }
}
