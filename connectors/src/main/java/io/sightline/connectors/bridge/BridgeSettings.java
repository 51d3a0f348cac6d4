package io.sightline.connectors.bridge;

import io.sightline.schemas.settings.Setting;

/** The HTTP bridge. The largest image is one of the request limits. */
public record BridgeSettings(
        @Setting(doc = "Address to listen on. 127.0.0.1: this machine only; 0.0.0.0: all addresses.", def = "127.0.0.1") String host,
        @Setting(doc = "Port to listen on. 0: any free one.", def = "8080", min = 0, max = 65535) int port,
        @Setting(doc = "Longest wait for an answer, milliseconds; then the caller gets 504.", def = "10000", min = 1, max = 600000) int requestTimeoutMs,
        @Setting(doc = "Longest time a request's body may take to arrive, milliseconds; then the caller gets 408.", def = "10000", min = 1, max = 600000) int bodyTimeoutMs,
        @Setting(doc = "Most requests waiting for their answer; further ones get 503 at once.", def = "256", min = 1, max = 100000) int maxInFlight,
        @Setting(doc = "Most bytes of images held for requests in flight; what goes over gets 503.", def = "134217728", min = 1048576, max = 8589934592.0) long maxBufferedBytes,
        @Setting(doc = "Most connections; further ones are closed at once.", def = "10000", min = 1, max = 1000000) int maxConnections,
        @Setting(doc = "A connection without traffic is closed after this many milliseconds.", def = "60000", min = 1000, max = 3600000) int idleTimeoutMs,
        @Setting(doc = "Largest header block of a request, bytes; also the longest first line.", def = "8192", min = 1024, max = 1048576) int maxHeaderBytes,
        @Setting(doc = "Longest time requests in flight are waited for at the stop, milliseconds.", def = "10000", min = 0, max = 600000) int drainMs,
        @Setting(doc = "Whether the entries of galleries can be looked up here: they are kept in memory, without pictures and vectors.", def = "true") boolean galleries,
        @Setting(doc = "Most gallery entries kept in memory for that (with two attributes about 270 bytes each: at the default a fifth of the default heap); with one more none can be looked up any more, recognition and edits go on.", def = "500000", min = 1, max = 100000000) int maxCatalogueEntries,
        @Setting(doc = "Most lines of one bulk edit worked on at once.", def = "32", min = 1, max = 10000) int maxBulkInFlight) {
    public static final BridgeSettings DEFAULT = new BridgeSettings("127.0.0.1", 8080, 10_000, 10_000, 256, 128L << 20, 10_000, 60_000, 8192, 10_000, true, 500_000, 32);

    public BridgeSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: '" + host + "' (expected: an address of this machine)");
        }
    }
}
