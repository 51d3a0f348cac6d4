package io.sightline.app.cli;

import io.sightline.app.config.ConfigReference;
import io.sightline.app.config.ConfigText;
import io.sightline.app.metrics.MetricsReference;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sightline config}: checks a configuration file, or prints the reference pages. */
@Command(name = "config", description = "Checks the configuration; prints it with all defaults filled in and secrets masked, or a reference page.")
final class ConfigCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;
    @Spec
    private CommandSpec spec;
    @Option(names = "--reference", description = "print docs/configuration.md")
    private boolean reference;
    @Option(names = "--metrics", description = "print docs/metrics.md")
    private boolean metrics;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(metrics ? MetricsReference.markdown() : reference ? ConfigReference.markdown() : ConfigText.yaml(common.config(Map.of())));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
