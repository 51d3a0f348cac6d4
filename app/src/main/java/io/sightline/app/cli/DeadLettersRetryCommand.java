package io.sightline.app.cli;

import io.sightline.app.deadletters.LetterTable;
import io.sightline.app.demo.Progress;
import io.sightline.connectors.deadletters.LetterSelection;
import io.sightline.connectors.deadletters.Retry;
import io.sightline.connectors.deadletters.RetryPlan;
import java.io.Console;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline dead-letters retry}. */
@Command(name = "retry", description = "Sends the originals of dead letters to the topics they came from, key and headers kept, marked as retried. Letters that have been retried before are "
        + "left out, so that the command can be given again. Exit status 1 where one that was meant could not be sent.")
final class DeadLettersRetryCommand implements Callable<Integer> {
    /** More than these are worth a question. */
    static final int MANY = 10;
    @Spec
    private CommandSpec spec;
    @Mixin
    private LetterServer server;
    @Mixin
    private LetterOptions options;
    @Parameters(arity = "0..*", paramLabel = "LETTER", description = "PARTITION@OFFSET, as the list shows it")
    private List<String> places = List.of();
    @Option(names = "--all", description = "all dead letters")
    private boolean all;
    @Option(names = "--again", description = "also those that have been retried before")
    private boolean again;
    @Option(names = "--dry-run", description = "says what would be sent, and sends nothing")
    private boolean dryRun;
    @Option(names = "--yes", description = "does not ask, however many they are (default: asks for more than " + MANY + ")")
    private boolean yes;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        if (all == !(options.isEmpty() && places.isEmpty())) {
            throw new ParameterException(spec.commandLine(), (all ? "--all and a selection: both given" : "no letters given") + " (expected: letters, a selection such as --reason, or --all)");
        }
        LetterSelection selection = options.selection(server.topics(), places);
        return server.on(letters -> {
            if (dryRun) {
                RetryPlan plan = letters.plan(selection, again);
                return report(plan, "would send", plan.toSend());
            }
            try (Retry retry = letters.retry()) {
                RetryPlan plan = retry.plan(selection, again);
                confirm(plan);
                long sent;
                try (ProgressBar bar = Progress.bar("retry", plan.toSend())) {
                    sent = retry.send(plan, bar::step);
                }
                return report(plan, "sent", sent);
            }
        });
    }

    private int report(RetryPlan plan, String did, long count) {
        PrintWriter out = spec.commandLine().getOut();
        LetterTable.write(plan, did, count, out);
        out.flush();
        long named = places.stream().distinct().count();
        boolean missing = plan.selected() < named;
        if (missing) {
            spec.commandLine().getErr().println("retry: " + (named - plan.selected()) + " of the " + named + " letters named are not there (expected: some that `dead-letters list` shows)");
        }
        return missing || !plan.left().isEmpty() ? 1 : 0;
    }

    private void confirm(RetryPlan plan) {
        if (yes || plan.toSend() <= MANY) {
            return;
        }
        String question = "send " + plan.toSend() + " dead letters again, " + LetterTable.size(plan.bytes()) + "? [y/N] ";
        Console console = System.console();
        if (console == null) {
            throw new CommandFailed("retry: " + plan.toSend() + " dead letters, and nobody to ask (expected: --yes, or a terminal)");
        }
        String answer = console.readLine("%s", question);
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw new CommandFailed("retry: not confirmed, nothing is sent (expected: y)");
        }
    }
}
