package io.sightline.app.cli;

import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that every command which runs a part of the service has. */
final class CommonOptions {
    private static final Path DEFAULT_FILE = Path.of("sightline.yaml");

    @Option(names = "--config", paramLabel = "FILE", description = "configuration file (default: sightline.yaml in the working directory, if there)")
    private Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one key of the configuration, over the file's: --set bridge.port=8081")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Mixin
    private LogOptions log;

    SightlineConfig config(Map<String, String> fromOptions) {
        return config(Map.of(), fromOptions);
    }

    /** @param fromAnotherFile over the configuration file's, under those of the command line */
    SightlineConfig config(Map<String, String> fromAnotherFile, Map<String, String> fromOptions) {
        log.apply();
        Map<String, String> all = new LinkedHashMap<>(fromAnotherFile);
        all.putAll(overrides);
        all.putAll(fromOptions);
        Optional<Path> source = file != null ? Optional.of(file) : Optional.of(DEFAULT_FILE).filter(Files::exists);
        SightlineConfig config = ConfigFile.read(source, all);
        log.apply(config);
        return config;
    }
}
