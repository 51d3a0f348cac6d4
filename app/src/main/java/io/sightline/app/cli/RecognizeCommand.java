package io.sightline.app.cli;

import io.sightline.connectors.client.ClientException;
import io.sightline.connectors.client.RecognitionAnswer;
import io.sightline.connectors.client.RecognitionClient;
import io.sightline.connectors.client.RecognitionOptions;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline recognize}: asks a running bridge. */
@Command(name = "recognize", description = "Sends pictures to a running bridge and prints its answers, a JSON line each. Exit status 1 if one was not recognised.")
final class RecognizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "JPEG or PNG files")
    private List<Path> files;
    @Option(names = "--server", paramLabel = "URL", defaultValue = "http://127.0.0.1:8080", description = "the bridge (default: ${DEFAULT-VALUE})")
    private URI server;
    @Mixin
    private RequestOptions request;
    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "30", description = "longest wait for an answer (default: ${DEFAULT-VALUE})")
    private int timeoutSeconds;

    @Override
    public Integer call() {
        RecognitionClient client = new RecognitionClient(server, Duration.ofSeconds(timeoutSeconds));
        RecognitionOptions options = request.options();
        PrintWriter out = spec.commandLine().getOut();
        int status = 0;
        for (Path file : files) {
            try {
                RecognitionAnswer answer = client.recognize(file, options);
                out.println(answer.json());
                status = answer.recognised() ? status : 1;
            } catch (ClientException e) {
                // One file's trouble is not the next one's.
                spec.commandLine().getErr().println("sightline: " + file + ": " + e.getMessage());
                status = 1;
            }
        }
        out.flush();
        return status;
    }
}
