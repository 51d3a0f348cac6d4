package io.sightline.topology.support;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One broker for all tests of the JVM: tests use topics of their own. */
public final class Broker implements BeforeAllCallback {
    private static TestBroker broker;

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(Namespace.GLOBAL).getOrComputeIfAbsent(Broker.class, key -> new Running());
    }

    public static String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Closed by JUnit at the end of all tests. */
    private static final class Running implements AutoCloseable {
        Running() {
            try {
                Path folder = Path.of("target", "test-broker-" + ProcessHandle.current().pid());
                broker = TestBroker.start(folder.toAbsolutePath());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            broker.close();
        }
    }
}
