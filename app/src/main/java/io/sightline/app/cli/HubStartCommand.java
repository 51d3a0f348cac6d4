package io.sightline.app.cli;

import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.hub.HubConfigFile;
import io.sightline.app.hub.HubServing;
import io.sightline.app.hub.HubServingException;
import io.sightline.app.hub.ServingPid;
import io.sightline.app.run.HubModules;
import io.sightline.app.run.Shutdown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hub serving start}: all in one process, listening where PaddleHub Serving would. */
@Command(name = "start", description = "Serves modules until it is stopped: broker, worker and bridge in this process, with data of its own for each port.")
final class HubStartCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(HubStartCommand.class);
    private static final Path DEFAULT_FILE = Path.of("sightline.yaml");

    @Option(names = {"-m", "--modules"}, arity = "1..*", paramLabel = "MODULE[==VERSION]", description = "modules: those of hub.modules, clas_system, or pipelines by name")
    private List<String> modules = List.of();
    @Option(names = {"-p", "--port"}, paramLabel = "PORT", defaultValue = "8866", description = "port to listen on (default: ${DEFAULT-VALUE})")
    private int port;
    @Option(names = "--use_gpu", description = "models run on a GPU; not together with --use_multiprocess")
    private boolean useGpu;
    @Option(names = {"-i", "--gpu"}, paramLabel = "N", defaultValue = "0", description = "number of the GPU (default: ${DEFAULT-VALUE})")
    private String gpu;
    @Option(names = "--use_multiprocess", description = "several lanes for each stage")
    private boolean useMultiprocess;
    @Option(names = {"-w", "--workers"}, paramLabel = "N", description = "how many, with --use_multiprocess (default: 2 * cores - 1)")
    private Integer workers;
    @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = "PaddleHub Serving's config.json; the options above are ignored then")
    private Path file;
    @Option(names = "--sightline-config", paramLabel = "FILE", description = "Sightline's own configuration file (default: sightline.yaml in the working directory, if there)")
    private Path own;
    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one key of Sightline's configuration, over all else")
    private Map<String, String> overrides = new LinkedHashMap<>();
    @Option(names = "--pid-folder", paramLabel = "DIR", description = HubCommand.PID_FOLDER)
    private Path pidFolder;
    @Mixin
    private LogOptions log;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        log.apply();
        HubServing serving = serving();
        SightlineConfig config = config(serving);
        log.apply(config);
        serving.without().forEach(what -> LOG.warn("no effect here: {}", what));
        Shutdown shutdown = new Shutdown();
        shutdown.closes(ServingPid.write(pidFolder == null ? ServingPid.FOLDER : pidFolder, serving.port(), serving.modules().keySet()));
        return AllInOne.run(config, shutdown, (bridge, bootstrapServers) -> LOG.info("hub serving is running: POST to {}/predict/{}", bridge.url(), String.join(" or ", serving.modules().keySet())));
    }

    private HubServing serving() {
        if (file != null) {
            return HubConfigFile.read(file);
        }
        try {
            return new HubServing(HubServing.modules(modules), port, useGpu, HubConfigFile.gpus(gpu), useMultiprocess, Optional.ofNullable(workers), List.of());
        } catch (HubServingException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private SightlineConfig config(HubServing serving) {
        Optional<Path> source = own != null ? Optional.of(own) : Optional.of(DEFAULT_FILE).filter(Files::exists);
        Map<String, String> keys = serving.configuration(Runtime.getRuntime().availableProcessors());
        // Several can run side by side, on ports of their own as there: each has a broker of its own, and none takes Paddle Serving's ports.
        keys.put("paddle_serving.enabled", "false");
        keys.put("broker.port", "0");
        keys.put("broker.data_dir", "'" + ConfigFile.read(source, overrides).broker().dataDir() + "-hub-" + serving.port() + "'");
        keys.putAll(overrides);
        SightlineConfig config = ConfigFile.read(source, keys);
        return config.withHub(config.hub().withModules(HubModules.named(serving.modules().keySet(), config)));
    }
}
