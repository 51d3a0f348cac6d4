package io.sightline.app.cli;

import io.sightline.connectors.client.GalleryClient;
import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which gallery, and where: what all commands on galleries have. */
final class GalleryServer {
    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://127.0.0.1:8080", description = "the bridge (default: ${DEFAULT-VALUE})")
    private URI url;
    @Option(names = {"-g", "--gallery"}, paramLabel = "NAME", defaultValue = "default", description = "the gallery (default: ${DEFAULT-VALUE})")
    private String gallery;
    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "longest wait for an answer (default: ${DEFAULT-VALUE})")
    private int timeoutSeconds;

    String gallery() {
        return gallery;
    }

    GalleryClient client() {
        return new GalleryClient(url, Duration.ofSeconds(timeoutSeconds));
    }
}
