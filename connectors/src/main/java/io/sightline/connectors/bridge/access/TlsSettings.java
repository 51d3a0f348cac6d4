package io.sightline.connectors.bridge.access;

import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** TLS 1.2 or newer on all ports of the bridge, instead of plain HTTP. */
public record TlsSettings(
        @Setting(doc = "The certificate and those above it, PEM, the server's own first. With it and the key the bridge speaks HTTPS only.") Optional<Path> certificate,
        @Setting(doc = "The certificate's private key, PEM (PKCS#8), not encrypted. Read at the start, like the certificate.") Optional<Path> key) {
    public static final TlsSettings NONE = new TlsSettings(Optional.empty(), Optional.empty());

    public TlsSettings {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException((certificate.isPresent() ? "key" : "certificate") + ": none (expected: certificate and key, or neither)");
        }
    }

    public boolean isOn() {
        return certificate.isPresent();
    }
}
