package io.sightline.schemas.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key with its self-signed certificate, made by the JDK's keytool, and the files that TLS keys of the configuration name. */
record TestKeys(Path folder, String name, KeyStore store) {
    static final String PASSWORD = "change-it";

    /** @param host what the certificate is for: {@code ip:127.0.0.1}, say */
    static TestKeys make(Path folder, String name, String host) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name,
                "-ext", "san=" + host, "-validity", "2", "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new AssertionError("keytool: " + said);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new TestKeys(folder, name, store);
    }

    /** The key and its certificate. */
    Path keyStore(String type) throws GeneralSecurityException, IOException {
        KeyStore keys = empty(type);
        keys.setKeyEntry(name, store.getKey(name, PASSWORD.toCharArray()), PASSWORD.toCharArray(), new Certificate[] {certificate()});
        return write(keys, name + "-keys." + type);
    }

    /** The certificate alone. */
    Path trustStore(String type) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty(type);
        trusted.setCertificateEntry(name, certificate());
        return write(trusted, name + "-trust." + type);
    }

    String certificatePem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate().getEncoded());
    }

    String keyPem() throws GeneralSecurityException {
        return pem("PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    /** A server's side: this key, and whom it trusts. */
    SSLContext server(TestKeys trusted) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore others = empty("PKCS12");
        others.setCertificateEntry(trusted.name, trusted.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(others);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private Certificate certificate() throws GeneralSecurityException {
        return store.getCertificate(name);
    }

    private static KeyStore empty(String type) throws GeneralSecurityException, IOException {
        KeyStore empty = KeyStore.getInstance(type);
        empty.load(null, null);
        return empty;
    }

    private Path write(KeyStore written, String file) throws GeneralSecurityException, IOException {
        Path path = folder.resolve(file);
        try (OutputStream out = Files.newOutputStream(path)) {
            written.store(out, PASSWORD.toCharArray());
        }
        return path;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
