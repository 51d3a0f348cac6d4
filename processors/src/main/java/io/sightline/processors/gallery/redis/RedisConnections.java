package io.sightline.processors.gallery.redis;

import java.time.Duration;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/** Makes a pool of connections from the settings; connects when first used. */
final class RedisConnections {
    private RedisConnections() {
    }

    static RedisClient open(RedisSettings settings, RedisProtocol protocol) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder().protocol(protocol).database(settings.database()).clientName("sightline")
                .connectionTimeoutMillis(settings.connectTimeoutMs()).socketTimeoutMillis(settings.readTimeoutMs());
        settings.user().ifPresent(config::user);
        settings.secret().ifPresent(config::password);
        if (settings.tls()) {
            config.ssl(true).sslOptions(tls(settings));
        }
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(settings.poolSize());
        pool.setMaxIdle(settings.poolSize());
        pool.setMaxWait(Duration.ofMillis(settings.readTimeoutMs()));
        return RedisClient.builder().hostAndPort(settings.host(), settings.port()).clientConfig(config.build()).poolConfig(pool).build();
    }

    private static SslOptions tls(RedisSettings settings) {
        SslOptions.Builder options = SslOptions.builder().sslVerifyMode(switch (settings.tlsVerification()) {
            case FULL -> SslVerifyMode.FULL;
            case CA -> SslVerifyMode.CA;
            case NONE -> SslVerifyMode.INSECURE;
        });
        settings.truststore().ifPresent(file -> options.trustStoreType(file.toString().endsWith(".jks") ? "JKS" : "PKCS12")
                .truststore(file.toFile(), settings.truststorePassword().map(String::toCharArray).orElse(null)));
        return options.build();
    }
}
