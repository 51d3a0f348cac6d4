package io.sightline.schemas.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes a TLS context of Kafka's {@code ssl.*} keys: key stores and trust stores in files. */
final class TlsContext {
    static final Set<String> KEYS = Set.of("ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type",
            "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.type", "ssl.key.password");

    private TlsContext() {
    }

    /** @throws IllegalArgumentException where a store can't be read; the message names the key and the file */
    static SSLContext of(Map<String, String> ssl) {
        try {
            TrustManagerFactory trust = null;
            if (ssl.containsKey("ssl.truststore.location")) {
                trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store(ssl, "ssl.truststore"));
            }
            KeyManagerFactory keys = null;
            if (ssl.containsKey("ssl.keystore.location")) {
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                String password = ssl.getOrDefault("ssl.key.password", ssl.getOrDefault("ssl.keystore.password", ""));
                keys.init(store(ssl, "ssl.keystore"), password.toCharArray());
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("ssl: " + e.getMessage() + " (expected: stores with keys that their passwords open)", e);
        }
    }

    private static KeyStore store(Map<String, String> ssl, String prefix) throws GeneralSecurityException {
        Path file = Path.of(ssl.get(prefix + ".location"));
        KeyStore store = KeyStore.getInstance(ssl.getOrDefault(prefix + ".type", "JKS"));
        try (InputStream in = Files.newInputStream(file)) {
            String password = ssl.get(prefix + ".password");
            store.load(in, password == null ? null : password.toCharArray());
            return store;
        } catch (IOException e) {
            throw new IllegalArgumentException(prefix + ".location: " + file + ": " + e.getMessage() + " (expected: a " + store.getType() + " store that " + prefix + ".password opens)", e);
        }
    }
}
