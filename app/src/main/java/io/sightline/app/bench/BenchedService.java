package io.sightline.app.bench;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Broker, worker and bridge as {@code sightline up} has them, with the demo's gallery, in a folder of their own that is deleted at the end. */
final class BenchedService implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder = Files.createTempDirectory("sightline-bench");
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final SightlineConfig config;
    private EmbeddedBroker broker;
    private WorkerRuntime worker;
    private BridgeRuntime bridge;

    private BenchedService(SightlineConfig config) throws Exception {
        try {
            broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()));
            this.config = config.withBootstrapServers(broker.bootstrapServers());
            worker = WorkerRuntime.start(this.config, failures::add);
            bridge = BridgeRuntime.start(this.config, worker.local(), Map.of());
            worker.withdrawals().ask(bridge.replies()::isWithdrawn);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** @param pictures folder of the demo's pictures */
    static BenchedService start(SightlineConfig config, Path pictures) throws Exception {
        BenchedService service = new BenchedService(config);
        try {
            new DemoGallery(service.config, service.worker.topics()).load(pictures, service.worker.index());
            if (!service.bridge.replies().awaitReady(PATIENCE)) {
                throw new IllegalStateException("the bridge is not ready: " + service.bridge.replies().trouble().orElse("?"));
            }
            return service;
        } catch (Exception e) {
            service.close();
            throw e;
        }
    }

    /** The configuration with the broker's address. */
    SightlineConfig config() {
        return config;
    }

    WorkerRuntime worker() {
        return worker;
    }

    int port() {
        return bridge.url().getPort();
    }

    /** @throws IllegalStateException where the worker has given up meanwhile */
    void requireHealthy() {
        if (!failures.isEmpty()) {
            throw new IllegalStateException("the worker failed", failures.get(0));
        }
    }

    @Override
    public void close() throws Exception {
        if (bridge != null) {
            bridge.close();
        }
        if (worker != null) {
            worker.close();
        }
        if (broker != null) {
            broker.close();
        }
        DeleteFolder.delete(folder);
    }
}
