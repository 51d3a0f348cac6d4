package io.sightline.schemas.wire;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Makes a TLS context of Kafka's {@code ssl.*} keys, as Kafka's own clients do: stores in files (JKS, PKCS12, PEM), or PEM text in the keys. */
final class TlsContext {
    static final Set<String> KEYS = Set.of("ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type", "ssl.truststore.certificates",
            "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.type", "ssl.keystore.key", "ssl.keystore.certificate.chain", "ssl.key.password");

    private TlsContext() {
    }

    /** @throws IllegalArgumentException where a store can't be read; the message names the file, or the key */
    static SSLContext of(Map<String, String> ssl) {
        for (String key : Set.of("ssl.truststore.location", "ssl.keystore.location")) {
            if (ssl.containsKey(key) && !Files.isReadable(Path.of(ssl.get(key)))) {
                throw new IllegalArgumentException(key + ": " + ssl.get(key) + " can't be read (expected: a JKS, PKCS12 or PEM file)");
            }
        }
        ConfigDef keys = new ConfigDef();
        SslConfigs.addClientSslSupport(keys);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(keys.parse(new HashMap<>(ssl)));
            return factory.sslContext();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (KafkaException e) {
            throw new IllegalArgumentException("ssl: " + e.getMessage() + ", " + rootCause(e) + " (expected: stores of their ssl.*.type, JKS where none is given, that their passwords open)", e);
        }
    }

    private static String rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }
}
