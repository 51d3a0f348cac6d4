package io.sightline.app.cli;

import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.paddle.PaddleConfig;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.Shutdown;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.call.Readiness;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
    private static final String INSTANCE = "up";
    @Mixin
    private CommonOptions common;
    @Mixin
    private ListenOptions listen;
    @Option(names = "--paddle-config", paramLabel = "FILE", description = "a config.yml of Paddle Serving's pipeline server: its service, ports, devices and numbers are taken over")
    private Path paddleConfig;

    @Override
    public Integer call() throws Exception {
        SightlineConfig config = config();
        WorkerRuntime.preload();
        Shutdown shutdown = new Shutdown();
        try {
            EmbeddedBroker broker = shutdown.closes(EmbeddedBroker.start(config.broker()));
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers());
            if (local.worker().instanceId().isBlank()) {
                // The broker is this process's own: after a kill -9 the next one need not wait until this worker is taken for dead.
                local = local.withInstanceId(INSTANCE);
            }
            WorkerRuntime worker = shutdown.closes(WorkerRuntime.open(local, shutdown::failed));
            // Before the worker runs: /readyz says what it waits for.
            BridgeRuntime bridge = shutdown.closes(BridgeRuntime.start(local, worker.local(), Map.of("worker", Readiness.ofTrouble(worker::trouble), "gallery_index", Readiness.ofTrouble(worker::indexTrouble))));
            if (!worker.run()) {
                return shutdown.await();
            }
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
