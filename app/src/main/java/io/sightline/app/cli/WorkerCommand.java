package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.Management;
import io.sightline.app.run.Shutdown;
import io.sightline.app.run.TracerFile;
import io.sightline.app.run.WorkerRuntime;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sightline worker}: the topology against any Kafka. */
@Command(name = "worker", description = "Runs a worker: reads requests from Kafka, recognises, writes results. Start as many as you like.")
final class WorkerCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws Exception {
        SightlineConfig config = kafka.applyTo(common.config(java.util.Map.of()));
        WorkerRuntime.preload();
        Shutdown shutdown = new Shutdown();
        try {
            Management management = shutdown.closes(Management.start(config));
            WorkerRuntime worker = shutdown.closes(WorkerRuntime.open(config, TracerFile.of(config), shutdown::failed));
            management.metrics().add(worker.metrics());
            management.components(worker::components);
            if (!worker.run()) {
                return shutdown.await();
            }
            LOG.info("worker is running: requests from {}, models {}", worker.topics().prefix() + "requests at " + config.bootstrapServers(), worker.models());
        } catch (RuntimeException e) {
            shutdown.closeAll();
            throw e;
        }
        return shutdown.await();
    }
}
