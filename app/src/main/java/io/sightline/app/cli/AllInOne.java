package io.sightline.app.cli;

import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.Management;
import io.sightline.app.run.Shutdown;
import io.sightline.app.run.TracerFile;
import io.sightline.app.run.WorkerRuntime;
import java.time.Duration;

/** Broker, worker and bridge in this process. */
final class AllInOne {
    private static final String INSTANCE = "up";

    /** Told when requests are taken. */
    interface Ready {
        void up(BridgeRuntime bridge, String bootstrapServers);
    }

    private AllInOne() {
    }

    /**
     * Runs until a signal, or until a part has failed.
     *
     * @param shutdown closes all in the end, also what was put into it before
     * @return the exit status
     */
    static int run(SightlineConfig config, Shutdown shutdown, Ready ready) throws InterruptedException {
        try {
            WorkerRuntime.preload();
            Management management = shutdown.closes(Management.start(config));
            EmbeddedBroker broker = shutdown.closes(EmbeddedBroker.start(config.broker()));
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers());
            if (local.worker().instanceId().isBlank()) {
                // The broker is this process's own: after a kill -9 the next one need not wait until this worker is taken for dead.
                local = local.withInstanceId(INSTANCE);
            }
            WorkerRuntime worker = shutdown.closes(WorkerRuntime.open(local, TracerFile.of(local), shutdown::failed));
            // Before the worker runs: /readyz says what it waits for.
            management.metrics().add(worker.metrics());
            BridgeRuntime bridge = shutdown.closes(BridgeRuntime.start(local, worker.local(), worker.checks(), management));
            worker.withdrawals().ask(bridge.replies()::isWithdrawn);
            if (!worker.run()) {
                return shutdown.await();
            }
            if (!bridge.replies().awaitReady(Duration.ofMillis(config.topics().timeoutMs()))) {
                throw new CommandFailed("the bridge is not ready after " + config.topics().timeoutMs() + " ms: " + bridge.replies().trouble().orElse("?"));
            }
            ready.up(bridge, broker.bootstrapServers());
        } catch (RuntimeException e) {
            shutdown.closeAll();
            throw e;
        }
        return shutdown.await();
    }
}
