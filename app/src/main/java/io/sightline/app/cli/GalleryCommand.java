package io.sightline.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline gallery}: what is in the galleries, over a running bridge. Answers are printed as they come, JSON a line. */
@Command(name = "gallery", description = "Edits, lists and searches galleries through a running bridge. Exit status 1 where something was not done.",
        subcommands = {GallerySearchCommand.class, GalleryImportCommand.class, GalleryExportCommand.class})
final class GalleryCommand implements Runnable {
    static final String WAIT = "what to wait for: logged, accepted or searchable by every worker (default: ${DEFAULT-VALUE})";
    private static final int PAGE = 1000;
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given (expected: add, replace, remove, get, list, search, import, export, stats, rebuild or drop)");
    }

    @Command(mixinStandardHelpOptions = true, description = "Adds an entry: a picture or a vector with a label.")
    int add(@Mixin GalleryServer server, @Mixin GalleryEntryOptions entry,
            @Option(names = "--id", paramLabel = "ID", description = "the entry's id; one that is there is replaced (default: made up)") String id,
            @Option(names = "--wait", paramLabel = "FOR", defaultValue = "accepted", description = WAIT) String wait) {
        return print(server.client().add(server.gallery(), entry.entry(id), wait));
    }

    @Command(mixinStandardHelpOptions = true, description = "Replaces an entry, or adds it under that id.")
    int replace(@Mixin GalleryServer server, @Mixin GalleryEntryOptions entry,
            @Option(names = "--id", paramLabel = "ID", required = true, description = "the entry's id") String id,
            @Option(names = "--wait", paramLabel = "FOR", defaultValue = "accepted", description = WAIT) String wait) {
        return print(server.client().put(server.gallery(), id, entry.entry(null), wait));
    }

    @Command(mixinStandardHelpOptions = true, description = "Removes entries.")
    int remove(@Mixin GalleryServer server, @Parameters(arity = "1..*", paramLabel = "ID", description = "ids of entries") String[] ids,
            @Option(names = "--wait", paramLabel = "FOR", defaultValue = "accepted", description = WAIT) String wait) {
        GalleryClient client = server.client();
        int status = 0;
        for (String id : ids) {
            status |= print(client.remove(server.gallery(), id, wait));
        }
        return status;
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints entries.")
    int get(@Mixin GalleryServer server, @Parameters(arity = "1..*", paramLabel = "ID", description = "ids of entries") String[] ids) {
        GalleryClient client = server.client();
        int status = 0;
        for (String id : ids) {
            status |= print(client.get(server.gallery(), id));
        }
        return status;
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints the entries of a gallery, sorted by id.")
    int list(@Mixin GalleryServer server, @Option(names = "--after", paramLabel = "ID", description = "only entries behind this id") String after,
            @Option(names = "--limit", paramLabel = "N", description = "at most so many entries (default: all)") Integer limit) {
        GalleryClient client = server.client();
        PrintWriter out = spec.commandLine().getOut();
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit: " + limit + " (expected: at least 1)");
        }
        int left = limit == null ? Integer.MAX_VALUE : limit;
        String from = after;
        while (left > 0) {
            GalleryAnswer page = client.page(server.gallery(), from, Math.min(PAGE, left));
            if (!page.ok()) {
                return print(page);
            }
            for (JsonNode entry : page.json().path("entries")) {
                out.println(entry);
                from = entry.path("id").asText();
                left--;
            }
            if (page.json().path("next").isNull()) {
                break;
            }
        }
        out.flush();
        return 0;
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints how many entries a gallery has, its epoch, and the models of its vectors; of all galleries without models with --all.")
    int stats(@Mixin GalleryServer server, @Option(names = "--all", description = "all galleries") boolean all) {
        return print(all ? server.client().galleries() : server.client().stats(server.gallery()));
    }

    @Command(mixinStandardHelpOptions = true, description = "Has every worker build its index of a gallery anew from the log; searches go on meanwhile.")
    int rebuild(@Mixin GalleryServer server) {
        return print(server.client().rebuild(server.gallery()));
    }

    @Command(mixinStandardHelpOptions = true, description = "Removes all entries of a gallery.")
    int drop(@Mixin GalleryServer server, @Option(names = "--yes", required = true, description = "yes, all of them") boolean yes,
            @Option(names = "--wait", paramLabel = "FOR", defaultValue = "accepted", description = WAIT) String wait) {
        return print(server.client().drop(server.gallery(), wait));
    }

    private int print(GalleryAnswer answer) {
        return print(spec, answer);
    }

    static int print(CommandSpec spec, GalleryAnswer answer) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(answer.json());
        out.flush();
        return answer.ok() ? 0 : 1;
    }
}
