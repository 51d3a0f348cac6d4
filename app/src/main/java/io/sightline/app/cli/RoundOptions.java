package io.sightline.app.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How much a benchmark measures that takes turns. */
final class RoundOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;
    @Option(names = "--images", description = "images a run (default: ${DEFAULT-VALUE})")
    private int images;
    @Option(names = "--rounds", description = "rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    /** @param images by default */
    RoundOptions(int images) {
        this.images = images;
    }

    /** @throws ParameterException there would be nothing to measure */
    void check() {
        if (images < 1 || rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--images: " + images + ", --rounds: " + rounds + " (expected: at least 1)");
        }
    }

    int images() {
        return images;
    }

    int rounds() {
        return rounds;
    }
}
