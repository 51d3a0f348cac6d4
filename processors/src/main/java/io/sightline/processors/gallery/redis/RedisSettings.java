package io.sightline.processors.gallery.redis;

import io.sightline.schemas.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How a Redis server that holds galleries is reached, and how its indexes are built. */
public record RedisSettings(
        @Setting(doc = "Host of the Redis server.", def = "localhost") String host,
        @Setting(doc = "Port of the Redis server.", def = "6379", min = 1, max = 65535) int port,
        @Setting(doc = "ACL user. None: the default user.") Optional<String> user,
        @Setting(doc = "Password; better kept in password_file.") Optional<String> password,
        @Setting(doc = "File whose first line is the password.") Optional<Path> passwordFile,
        @Setting(doc = "True: TLS.", def = "false") boolean tls,
        @Setting(doc = "Trust store (PKCS12 or JKS) with the server's certificate authority. None: the JVM's own.") Optional<Path> truststore,
        @Setting(doc = "Password of the trust store.") Optional<String> truststorePassword,
        @Setting(doc = "What is checked of the server's certificate. full: its authority and its host name; ca: its authority only; none: nothing.",
                def = "full") TlsVerification tlsVerification,
        @Setting(doc = "Number of the database.", def = "0", min = 0, max = 65535) int database,
        @Setting(doc = "What all keys begin with.", def = "'sightline:'") String keyPrefix,
        @Setting(doc = "Longest time to connect, milliseconds.", def = "2000", min = 1, max = 600000) int connectTimeoutMs,
        @Setting(doc = "Longest time for an answer, milliseconds.", def = "2000", min = 1, max = 600000) int readTimeoutMs,
        @Setting(doc = "Most connections.", def = "8", min = 1, max = 1024) int poolSize,
        @Setting(doc = "How often a call is tried before the index counts as unavailable.", def = "3", min = 1, max = 100) int retryAttempts,
        @Setting(doc = "Pause before a call is tried the second time, milliseconds; doubles from then on.", def = "50", min = 1, max = 60000) int retryFirstMs,
        @Setting(doc = "Longest pause between two tries of a call, milliseconds.", def = "1000", min = 1, max = 60000) int retryLastMs,
        @Setting(doc = "Failed calls in a row after which the server is left alone.", def = "5", min = 1, max = 1000) int breakerFailures,
        @Setting(doc = "How long the server is left alone then, milliseconds.", def = "1000", min = 1, max = 600000) int breakerOpenMs,
        @Setting(doc = "Most entries fetched for one vector while a filter or distinct labels leave fewer than top_k; a filtered search looks at as many.",
                def = "10000", min = 1, max = 1000000, affectsResults = true) int maxCandidates,
        @Setting(doc = "How vector sets are built and searched.") VectorSetSettings vectorSet,
        @Setting(doc = "How the Query Engine's indexes are built and searched.") QueryEngineSettings queryEngine) {

    /** What is checked of the server's certificate. */
    public enum TlsVerification {
        FULL, CA, NONE
    }

    public RedisSettings {
        if (password.isPresent() && passwordFile.isPresent()) {
            throw new IllegalArgumentException("password and password_file (expected: one of them)");
        }
        if (retryLastMs < retryFirstMs) {
            throw new IllegalArgumentException("retry_last_ms: " + retryLastMs + " (expected: >= retry_first_ms, " + retryFirstMs + ")");
        }
    }

    /** The server at that address, the defaults otherwise. */
    public static RedisSettings of(String host, int port) {
        return new RedisSettings(host, port, Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty(),
                TlsVerification.FULL, 0, "sightline:", 2000, 2000, 8, 3, 50, 1000, 5, 1000, 10_000, VectorSetSettings.DEFAULT, QueryEngineSettings.DEFAULT);
    }

    /** These with vector sets kept in another way, the rest of {@link #vectorSet} as it is. */
    public RedisSettings keeping(VectorSetSettings.Quantisation quantisation) {
        VectorSetSettings kept = new VectorSetSettings(quantisation, vectorSet.m(), vectorSet.efConstruction(), vectorSet.efSearch(), vectorSet.exactUpToEntries());
        return new RedisSettings(host, port, user, password, passwordFile, tls, truststore, truststorePassword, tlsVerification, database, keyPrefix, connectTimeoutMs, readTimeoutMs,
                poolSize, retryAttempts, retryFirstMs, retryLastMs, breakerFailures, breakerOpenMs, maxCandidates, kept, queryEngine);
    }

    String address() {
        return host + ":" + port;
    }

    /** @throws IllegalStateException where the password's file can't be read */
    Optional<String> secret() {
        return passwordFile.map(file -> {
            try {
                return Files.readString(file).lines().findFirst().orElse("");
            } catch (IOException e) {
                throw new IllegalStateException("password_file: " + file + " can't be read (" + e + ")", e);
            }
        }).or(() -> password);
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "RedisSettings[" + address() + (tls ? " TLS" : "") + user.map(name -> " user " + name).orElse("") + " database " + database
                + " prefix " + keyPrefix + " " + vectorSet + " " + queryEngine + "]";
    }
}
