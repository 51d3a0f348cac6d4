package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.paddle.PaddleConfig;
import io.sightline.app.run.Shutdown;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightline up}: broker, worker and bridge in one process. */
@Command(name = "up", description = "Runs everything in one process: Kafka broker, worker, HTTP bridge. Data stays in broker.data_dir.")
final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
    @Mixin
    private CommonOptions common;
    @Mixin
    private ListenOptions listen;
    @Option(names = "--paddle-config", paramLabel = "FILE", description = "a config.yml of Paddle Serving's pipeline server: its service, ports, devices and numbers are taken over")
    private Path paddleConfig;

    @Override
    public Integer call() throws Exception {
        SightlineConfig config = config();
        return AllInOne.run(config, new Shutdown(), (bridge, bootstrapServers) -> LOG.info("up after {} ms: POST a photo to {}/v1/recognitions, or produce it to {}requests at {}",
                System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime(), bridge.url(), config.topics().prefix(), bootstrapServers));
    }

    private SightlineConfig config() {
        SightlineConfig base = common.config(listen.overrides());
        if (paddleConfig == null) {
            return base;
        }
        PaddleConfig.Mapped mapped = PaddleConfig.read(paddleConfig, base);
        mapped.warnings().forEach(LOG::warn);
        mapped.settings().forEach((key, value) -> LOG.info("{}: {} is {}", paddleConfig.getFileName(), key, value));
        return common.config(mapped.settings(), listen.overrides());
    }
}
