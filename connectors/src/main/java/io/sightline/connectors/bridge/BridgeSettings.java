package io.sightline.connectors.bridge;

import io.sightline.connectors.bridge.access.TlsSettings;
import io.sightline.connectors.bridge.fetch.FetchSettings;
import io.sightline.connectors.bridge.store.StoreSettings;
import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The HTTP bridge. The largest image is one of the request limits. */
public record BridgeSettings(
        @Setting(doc = "Address to listen on. 127.0.0.1: this machine only; 0.0.0.0: all addresses.", def = "127.0.0.1") String host,
        @Setting(doc = "Port to listen on. 0: any free one.", def = "8080", min = 0, max = 65535) int port,
        @Setting(doc = "Longest wait for an answer, milliseconds; then the caller gets 504.", def = "10000", min = 1, max = 600000) int requestTimeoutMs,
        @Setting(doc = "Longest time a request's body may take to arrive, milliseconds; then the caller gets 408.", def = "10000", min = 1, max = 600000) int bodyTimeoutMs,
        @Setting(doc = "Most requests waiting for their answer; further ones get 503 at once.", def = "256", min = 1, max = 100000) int maxInFlight,
        @Setting(doc = "Most bytes of images held for requests in flight; what goes over gets 503.", def = "134217728", min = 1048576, max = 8589934592.0) long maxBufferedBytes,
        @Setting(doc = "Most connections; further ones are closed at once. Also the most calls open at a time, of which an HTTP/2 connection may have many; further ones get 503.", def = "10000", min = 1, max = 1000000) int maxConnections,
        @Setting(doc = "A connection without traffic is closed after this many milliseconds.", def = "60000", min = 1000, max = 3600000) int idleTimeoutMs,
        @Setting(doc = "Largest header block of a request, bytes; also the longest first line.", def = "8192", min = 1024, max = 1048576) int maxHeaderBytes,
        @Setting(doc = "Longest time requests in flight are waited for at the stop, milliseconds.", def = "10000", min = 0, max = 600000) int drainMs,
        @Setting(doc = "Whether the entries of galleries can be looked up here: they are kept in memory, without pictures and vectors.", def = "true") boolean galleries,
        @Setting(doc = "Most gallery entries kept in memory for that, with two attributes about 270 bytes each; with one more none can be looked up any more until the next start, recognition and edits go on. 0: as many as a quarter of the heap has room for, 620,000 of the default heap.", def = "0", min = 0, max = 100000000) int maxCatalogueEntries,
        @Setting(doc = "Most lines of one bulk edit worked on at once.", def = "32", min = 1, max = 10000) int maxBulkInFlight,
        @Setting(doc = "Answers kept for callers who ask again, or later.") StoreSettings store,
        @Setting(doc = "Several images in one call, `POST /v1/recognitions/batch`.") BatchSettings batch,
        @Setting(doc = "TLS, instead of plain HTTP.") TlsSettings tls,
        @Setting(doc = "File of the API keys, made with `sightline key new`. With it every call but /healthz, /readyz, /v2/health/live, /v2/health/ready and the page needs one; read at the start. None: everybody is let in.") Optional<Path> keys,
        @Setting(doc = "Web sites whose pages' scripts may call the bridge, such as https://example.com; '*' alone: all of them. None: only pages of the bridge itself.", def = "") List<String> corsOrigins,
        @Setting(doc = "Names under which the bridge may be called (the header Host), beside localhost and addresses; others get 421. Keeps out web pages whose own name is made to point here. None: localhost only where the bridge listens on loopback, else all; '*' alone: all.", def = "") List<String> allowedHosts,
        @Setting(doc = "Most connections from one address; further ones are closed at once. None unless set: behind a proxy all callers have the proxy's address.", min = 1, max = 1000000) Optional<Integer> maxConnectionsPerAddress,
        @Setting(doc = "Pictures by their URL.") FetchSettings fetch) {
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    public static final BridgeSettings DEFAULT = new BridgeSettings("127.0.0.1", 8080, 10_000, 10_000, 256, 128L << 20, 10_000, 60_000, 8192, 10_000, true, 0, 32);

    /** With the defaults of all sections. */
    public BridgeSettings(String host, int port, int requestTimeoutMs, int bodyTimeoutMs, int maxInFlight, long maxBufferedBytes, int maxConnections, int idleTimeoutMs, int maxHeaderBytes,
            int drainMs, boolean galleries, int maxCatalogueEntries, int maxBulkInFlight) {
        this(host, port, requestTimeoutMs, bodyTimeoutMs, maxInFlight, maxBufferedBytes, maxConnections, idleTimeoutMs, maxHeaderBytes, drainMs, galleries, maxCatalogueEntries, maxBulkInFlight,
                StoreSettings.DEFAULT, BatchSettings.DEFAULT, TlsSettings.NONE, Optional.empty(), List.of(), List.of(), Optional.empty(), FetchSettings.OFF);
    }

    public BridgeSettings withStore(StoreSettings other) {
        return with(other, batch, tls, keys, corsOrigins, allowedHosts, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings withBatch(BatchSettings other) {
        return with(store, other, tls, keys, corsOrigins, allowedHosts, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings withTls(TlsSettings other) {
        return with(store, batch, other, keys, corsOrigins, allowedHosts, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings withKeys(Path file) {
        return with(store, batch, tls, Optional.of(file), corsOrigins, allowedHosts, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings withCorsOrigins(List<String> other) {
        return with(store, batch, tls, keys, other, allowedHosts, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings withAllowedHosts(List<String> other) {
        return with(store, batch, tls, keys, corsOrigins, other, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings withMaxConnectionsPerAddress(int max) {
        return with(store, batch, tls, keys, corsOrigins, allowedHosts, Optional.of(max), fetch);
    }

    public BridgeSettings withFetch(FetchSettings other) {
        return with(store, batch, tls, keys, corsOrigins, allowedHosts, maxConnectionsPerAddress, other);
    }

    private BridgeSettings with(StoreSettings store, BatchSettings batch, TlsSettings tls, Optional<Path> keys, List<String> corsOrigins, List<String> allowedHosts,
            Optional<Integer> maxConnectionsPerAddress, FetchSettings fetch) {
        return new BridgeSettings(host, port, requestTimeoutMs, bodyTimeoutMs, maxInFlight, maxBufferedBytes, maxConnections, idleTimeoutMs, maxHeaderBytes, drainMs, galleries, maxCatalogueEntries,
                maxBulkInFlight, store, batch, tls, keys, corsOrigins, allowedHosts, maxConnectionsPerAddress, fetch);
    }

    public BridgeSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: '" + host + "' (expected: an address of this machine)");
        }
        for (String name : allowedHosts) {
            if (!(name.equals("*") ? allowedHosts.size() == 1 : NAME.matcher(name).matches())) {
                throw new IllegalArgumentException("allowed_hosts: '" + name + "' (expected: such as pictures.example, without scheme and port, or '*' alone)");
            }
        }
        for (String origin : corsOrigins) {
            if (!(origin.equals("*") ? corsOrigins.size() == 1 : ORIGIN.matcher(origin).matches())) {
                throw new IllegalArgumentException("cors_origins: '" + origin + "' (expected: such as https://example.com, without a path, or '*' alone)");
            }
        }
    }
}
