package io.sightline.processors.gallery.redis.testing;

import io.sightline.processors.gallery.redis.RedisSettings;

/**
 * A Redis server for tests that do it no harm: the one that the environment names ({@code SIGHTLINE_TEST_REDIS=host:port}), or else one
 * process for all tests of this JVM. Each test uses a log id of its own.
 */
public final class SharedRedis {
    private static RedisProcess process;

    private SharedRedis() {
    }

    /** Skips the test where no Redis 8 is to be had. */
    public static synchronized RedisSettings settings() {
        String given = System.getenv("SIGHTLINE_TEST_REDIS");
        if (given != null) {
            int colon = given.lastIndexOf(':');
            return RedisSettings.of(given.substring(0, colon), Integer.parseInt(given.substring(colon + 1)));
        }
        if (process == null) {
            process = RedisProcess.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::close));
        }
        return process.settings();
    }
}
