package io.sightline.app.cli;

import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.Shutdown;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.call.Readiness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sightline up}: broker, worker and bridge in one process. */
@Command(name = "up", description = "Runs everything in one process: Kafka broker, worker, HTTP bridge. Data stays in broker.data_dir.")
final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
    private static final String INSTANCE = "up";
    @Mixin
    private CommonOptions common;
    @Mixin
    private ListenOptions listen;

    @Override
    public Integer call() throws Exception {
        SightlineConfig config = common.config(listen.overrides());
        WorkerRuntime.preload();
        Shutdown shutdown = new Shutdown();
        try {
            EmbeddedBroker broker = shutdown.closes(EmbeddedBroker.start(config.broker()));
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers());
            if (local.worker().instanceId().isBlank()) {
                // The broker is this process's own: after a kill -9 the next one need not wait until this worker is taken for dead.
                local = local.withInstanceId(INSTANCE);
            }
            WorkerRuntime worker = shutdown.closes(WorkerRuntime.start(local, shutdown::failed));
            BridgeRuntime bridge = shutdown.closes(BridgeRuntime.start(local, worker.pipelineModels(), Map.of("worker", Readiness.of(worker::isReady), "gallery_index", Readiness.ofTrouble(worker::indexTrouble))));
            if (!bridge.replies().awaitReady(Duration.ofMillis(config.topics().timeoutMs()))) {
                throw new CommandFailed("the bridge is not ready after " + config.topics().timeoutMs() + " ms: " + bridge.replies().trouble().orElse("?"));
            }
            LOG.info("up after {} ms: POST a photo to {}/v1/recognitions, or produce it to {}requests at {}",
                    System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime(), bridge.url(), config.topics().prefix(), broker.bootstrapServers());
        } catch (RuntimeException e) {
            shutdown.closeAll();
            throw e;
        }
        return shutdown.await();
    }
}
