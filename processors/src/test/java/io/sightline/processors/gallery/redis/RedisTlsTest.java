package io.sightline.processors.gallery.redis;

import static io.sightline.processors.gallery.redis.RedisTesting.GALLERY;
import static io.sightline.processors.gallery.redis.RedisTesting.open;
import static io.sightline.processors.gallery.redis.RedisTesting.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.redis.RedisSettings.TlsVerification;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS only, with a certificate made by the JDK's keytool. */
@Timeout(240)
class RedisTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    /** @param name that the certificate is for */
    private RedisProcess start(String name) throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "redis", "-keyalg", "RSA",
                "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-dname", "CN=redis", "-ext", "SAN=" + name, "-validity", "2")
                .redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(keytool.waitFor() == 0, "keytool: " + said);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Path key = pem("key.pem", "PRIVATE KEY", keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
        Path certificate = pem("certificate.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
        try (OutputStream out = Files.newOutputStream(folder.resolve("trusted.p12"))) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return RedisProcess.start("--port", "0", "--tls-port", "PORT", "--tls-cert-file", certificate.toString(), "--tls-key-file", key.toString(),
                "--tls-auth-clients", "no");
    }

    private Path pem(String file, String kind, byte[] content) throws IOException {
        return Files.writeString(folder.resolve(file), "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + kind + "-----\n");
    }

    private RedisSettings settings(RedisProcess redis, boolean tls, boolean trusting, TlsVerification verification) {
        RedisSettings s = RedisTesting.quick(redis.settings());
        return new RedisSettings(s.host(), s.port(), s.user(), s.password(), s.passwordFile(), tls, trusting ? Optional.of(folder.resolve("trusted.p12")) : Optional.empty(),
                trusting ? Optional.of(PASSWORD) : Optional.empty(), verification, s.database(), s.keyPrefix(), 5000, 5000, s.poolSize(), 1,
                s.retryFirstMs(), s.retryLastMs(), s.breakerFailures(), s.breakerOpenMs(), s.maxCandidates(), s.vectorSet(), s.queryEngine());
    }

    private void works(RedisSettings settings) {
        try (GalleryIndex index = open(settings)) {
            await().atMost(Duration.ofSeconds(90)).ignoreExceptionsInstanceOf(IndexUnavailableException.class).until(() -> {
                index.apply(put("a", 0));
                return true;
            });
            assertThat(index.size(GALLERY)).isEqualTo(1);
        }
    }

    private void fails(RedisSettings settings) {
        try (GalleryIndex index = open(settings)) {
            assertThatThrownBy(() -> index.apply(put("a", 0))).isInstanceOf(IndexUnavailableException.class);
        }
    }

    @Test
    void shouldTrustAsMuchAsItIsToldTo() throws Exception {
        try (RedisProcess redis = start("ip:127.0.0.1")) {
            works(settings(redis, true, true, TlsVerification.FULL));
            works(settings(redis, true, false, TlsVerification.NONE));
            fails(settings(redis, true, false, TlsVerification.FULL));
            fails(settings(redis, false, false, TlsVerification.FULL));
        }
    }

    @Test
    void shouldRefuseACertificateOfAnotherHostUnlessToldNotToLook() throws Exception {
        try (RedisProcess redis = start("dns:elsewhere.example")) {
            works(settings(redis, true, true, TlsVerification.CA));
            fails(settings(redis, true, true, TlsVerification.FULL));
        }
    }
}
