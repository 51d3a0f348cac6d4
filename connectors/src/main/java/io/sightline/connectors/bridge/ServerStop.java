package io.sightline.connectors.bridge;

import com.linecorp.armeria.server.Server;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a server. */
final class ServerStop {
    private static final Logger LOG = LoggerFactory.getLogger(ServerStop.class);
    private static final long LOOK_MS = 20;

    private ServerStop() {
    }

    /** Stops it and waits until it has let go of its ports; Armeria's acceptor thread, which idles for two seconds after that, is not waited for. */
    static void of(Server server) {
        CompletableFuture<Void> stopped = server.stop();
        for (boolean closed = false; !closed;) {
            closed = server.activePorts().isEmpty();
            try {
                stopped.get(LOOK_MS, TimeUnit.MILLISECONDS);
                closed = true;
            } catch (TimeoutException e) {
                // Look again.
            } catch (ExecutionException e) {
                LOG.warn("a server did not stop cleanly: {}", e.getCause().toString());
                closed = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
    }
}
