package io.sightline.app.cli;

import io.sightline.connectors.bridge.access.ApiKeysFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline key}: the API keys that the bridge asks for. */
@Command(name = "key", description = "Makes the API keys that the bridge asks for (bridge.keys).")
final class KeyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(spec.commandLine(), "no command given (expected: new)");
    }

    @Command(name = "new", mixinStandardHelpOptions = true, description = {"Makes a key and adds it to the file of keys; the bridge knows it from its next start on.",
        "The key itself is written to standard output, this once: the file has only its hash."})
    int create(@Parameters(paramLabel = "NAME", description = "what the key is called in the file and in messages") String name,
            @Option(names = "--file", paramLabel = "FILE", required = true, description = "the file of keys; made where there is none") Path file,
            @Option(names = "--gallery", paramLabel = "PATTERN", description = "galleries it may use, * for any characters; may be given several times (default: all)") List<String> galleries,
            @Option(names = "--unnamed", description = "it may send requests that name no gallery though its galleries are limited: they search the pipeline's own") boolean unnamed,
            @Option(names = "--rate", paramLabel = "N", description = "calls a second it may make on average (default: any number)") String rate,
            @Option(names = "--burst", paramLabel = "N", description = "calls it may make at once (default: as many as --rate)") String burst) throws IOException {
        ApiKeysFile.NewKey key = ApiKeysFile.create(name, new ApiKeysFile.Rights(galleries == null ? List.of() : new ArrayList<>(galleries), unnamed, Optional.ofNullable(rate), Optional.ofNullable(burst)));
        ApiKeysFile.append(file, key);
        spec.commandLine().getErr().println("added to " + file + ": " + key.line());
        spec.commandLine().getOut().println(key.key());
        return 0;
    }
}
