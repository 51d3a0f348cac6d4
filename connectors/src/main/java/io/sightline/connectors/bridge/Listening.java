package io.sightline.connectors.bridge;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the bridge listens, and how: plain, or TLS 1.2 and newer. */
final class Listening {
    private final BridgeSettings settings;

    Listening(BridgeSettings settings) {
        this.settings = settings;
    }

    ServerBuilder on(ServerBuilder builder, int port) {
        InetSocketAddress address = new InetSocketAddress(settings.host(), port);
        return settings.tls().isOn() ? builder.https(address) : builder.http(address);
    }

    /** @throws BridgeException where the certificate or its key can't be used */
    Server build(ServerBuilder builder) {
        if (!settings.tls().isOn()) {
            return builder.build();
        }
        File certificate = readable("certificate", settings.tls().certificate().orElseThrow());
        File key = readable("key", settings.tls().key().orElseThrow());
        try {
            return builder.tls(certificate, key).tlsCustomizer(tls -> tls.protocols("TLSv1.3", "TLSv1.2")).build();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new BridgeException("bridge.tls: " + certificate + " and " + key + " can't be used (" + e.getMessage()
                    + ") (expected: a certificate and its private key, PKCS#8, not encrypted, both PEM)", e);
        }
    }

    private static File readable(String what, Path file) {
        if (!file.toFile().isFile() || !file.toFile().canRead()) {
            throw new BridgeException("bridge.tls." + what + ": " + file + " can't be read (expected: a PEM file)", null);
        }
        return file.toFile();
    }

    /** What whoever runs this should know; empty: nothing. */
    Optional<String> warning() {
        List<String> missing = new ArrayList<>();
        if (settings.keys().isEmpty()) {
            missing.add("asks for no API key (bridge.keys)");
        }
        if (!settings.tls().isOn()) {
            missing.add("does not encrypt (bridge.tls)");
        }
        return missing.isEmpty() || isLocal() ? Optional.empty()
                : Optional.of("the bridge listens on " + settings.host() + ", which other machines may reach, and " + String.join(" and ", missing));
    }

    /** Whether only this machine reaches it. */
    boolean isLocal() {
        try {
            return InetAddress.getByName(settings.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
