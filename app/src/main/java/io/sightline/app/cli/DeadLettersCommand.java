package io.sightline.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline dead-letters}: requests and gallery edits that could not be processed. */
@Command(name = "dead-letters", description = "Lists, shows and sends again what could not be processed. Reads the topic dead-letters; leaves no consumer group behind.",
        subcommands = {DeadLettersListCommand.class, DeadLettersShowCommand.class, DeadLettersRetryCommand.class})
final class DeadLettersCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given (expected: list, show or retry)");
    }
}
