package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.Shutdown;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sightline up}: broker, worker and bridge in one process. */
@Command(name = "up", description = "Runs everything in one process: Kafka broker, worker, HTTP bridge. Data stays in broker.data_dir.")
final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
    @Mixin
    private CommonOptions common;
    @Mixin
    private ListenOptions listen;

    @Override
    public Integer call() throws Exception {
        SightlineConfig config = common.config(listen.overrides());
        return AllInOne.run(config, new Shutdown(), (bridge, bootstrapServers) -> LOG.info("up after {} ms: POST a photo to {}/v1/recognitions, or produce it to {}requests at {}",
                System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime(), bridge.url(), config.topics().prefix(), bootstrapServers));
    }
}
