package io.sightline.app.cli;

import io.sightline.app.deadletters.LetterSheet;
import io.sightline.connectors.deadletters.DeadLetters;
import io.sightline.connectors.deadletters.LetterPlace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline dead-letters show}. */
@Command(name = "show", description = "Shows one dead letter: why, where from, its headers, what its bytes are. Never prints the bytes of a picture.")
final class DeadLettersShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;
    @Mixin
    private LetterServer server;
    @Parameters(paramLabel = "LETTER", description = "PARTITION@OFFSET, as the list shows it")
    private String place;
    @Option(names = "--save", paramLabel = "FILE", description = "also writes the original's bytes to this file, which must not be there")
    private Path file;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        LetterPlace wanted = LetterPlace.parse(place);
        PrintWriter out = spec.commandLine().getOut();
        return server.on(letters -> {
            DeadLetters.Detail detail = letters.find(wanted)
                    .orElseThrow(() -> new CommandFailed("dead letter: " + wanted + " is not there (expected: one that `dead-letters list` shows)"));
            LetterSheet.write(detail, letters.describe(detail), out);
            if (file != null) {
                save(detail.record().value());
                out.println("saved:        " + detail.record().value().length + " bytes to " + file);
            }
            out.flush();
            return 0;
        });
    }

    private void save(byte[] value) throws IOException {
        if (value == null) {
            throw new CommandFailed("--save: the letter has no bytes (expected: one whose original is in it)");
        }
        try {
            Files.write(file, value, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed("--save: " + file + " is there (expected: a new file)");
        } catch (IOException e) {
            throw new CommandFailed("--save: " + file + " can't be written, " + e + " (expected: a new file in a folder that is there)");
        }
    }
}
