package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.log.LogFormat;
import picocli.CommandLine.Option;

/** What the log is to look like and how much is to be in it. */
final class LogOptions {
    @Option(names = "--log-format", paramLabel = "FORMAT", description = "form of the log: text, or json for one JSON object a line (default: log.format, text)")
    private LogFormat format;

    @Option(names = {"-v", "--verbose"}, description = "log more")
    void verbose(boolean on) {
        Logging.verbose(on);
    }

    /** Before the configuration is read: what is wrong with that is logged, too. */
    void apply() {
        Logging.format(format == null ? LogFormat.TEXT : format);
    }

    void apply(SightlineConfig config) {
        Logging.format(format == null ? config.log().format() : format);
    }
}
