package io.sightline.app.cli;

import io.sightline.app.deadletters.LetterJson;
import io.sightline.app.deadletters.LetterTable;
import io.sightline.connectors.deadletters.Survey;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline dead-letters list}. */
@Command(name = "list", description = "Counts dead letters by their reasons and lists the newest, what has been retried among them.")
final class DeadLettersListCommand implements Callable<Integer> {
    private static final int MAX_LIMIT = 100_000;
    @Spec
    private CommandSpec spec;
    @Mixin
    private LetterServer server;
    @Mixin
    private LetterOptions options;
    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "how many letters to list, the newest, 0..100000; all are counted (default: ${DEFAULT-VALUE})")
    private int limit;
    @Option(names = "--json", description = "as one JSON object, texts in full")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new ParameterException(spec.commandLine(), "--limit: " + limit + " (expected: 0.." + MAX_LIMIT + ")");
        }
        PrintWriter out = spec.commandLine().getOut();
        return server.on(letters -> {
            Survey survey = letters.survey(options.selection(server.topics(), List.of()), limit);
            if (json) {
                LetterJson.write(survey, out);
            } else {
                LetterTable.write(survey, out);
            }
            out.flush();
            if (letters.registryAway()) {
                spec.commandLine().getErr().println("dead-letters: the schema registry does not answer: ids and pipelines that stand in Avro values are not known");
            }
            return 0;
        });
    }
}
