package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.Management;
import io.sightline.app.run.Shutdown;
import io.sightline.connectors.bridge.LocalWorker;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sightline bridge}: HTTP only; workers run elsewhere. */
@Command(name = "bridge", description = "Runs the HTTP bridge: calls become requests on Kafka, their results the answers.")
final class BridgeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeCommand.class);
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Mixin
    private ListenOptions listen;

    @Override
    public Integer call() throws Exception {
        SightlineConfig config = kafka.applyTo(common.config(listen.overrides()));
        Shutdown shutdown = new Shutdown();
        BridgeRuntime bridge;
        try {
            Management management = shutdown.closes(Management.start(config));
            bridge = shutdown.closes(BridgeRuntime.start(config, LocalWorker.NONE, Map.of(), management));
        } catch (RuntimeException e) {
            shutdown.closeAll();
            throw e;
        }
        LOG.info("bridge is running: {} to Kafka at {}", bridge.url(), config.bootstrapServers());
        return shutdown.await();
    }
}
