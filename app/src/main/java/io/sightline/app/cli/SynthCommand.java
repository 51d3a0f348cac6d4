package io.sightline.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code sightline synth}: the picture generator. */
@Command(name = "synth", description = {"Draws invented products and scenes with their truth:",
    "gallery --out DIR --from SEED --count N [--views 1]",
    "scenes --out DIR --from SEED --identities M --count N --seed S [--width 640 --height 480]",
    "raw-scenes --out FILE --from SEED --identities M --count N --seed S [--side 320]",
    "crops --out FILE --from SEED --count N --views V [--side 128]"})
final class SynthCommand implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        io.sightline.synth.Main.run(arguments.toArray(String[]::new));
        return 0;
    }
}
