package io.sightline.app;

import io.sightline.app.cli.SightlineCommand;

/** Entry point of the launcher {@code ./sightline}. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        System.exit(SightlineCommand.run(args));
    }
}
