package io.sightline.processors.gallery;

import io.sightline.processors.gallery.redis.QueryEngineSettings;
import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.processors.gallery.redis.RedisSettings;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Galleries as Query Engine indexes of the server that the environment names, host:port. */
@EnabledIfEnvironmentVariable(named = "SIGHTLINE_TEST_QUERY_ENGINE_URL", matches = ".+:[0-9]+", disabledReason = "needs a Redis with the Query Engine, host:port")
class QueryEngineContractTest extends GalleryIndexContract {
    @Override
    GalleryIndex open() {
        String given = System.getenv("SIGHTLINE_TEST_QUERY_ENGINE_URL");
        int colon = given.lastIndexOf(':');
        RedisSettings s = RedisSettings.of(given.substring(0, colon), Integer.parseInt(given.substring(colon + 1)));
        QueryEngineSettings q = s.queryEngine();
        return RedisIndexes.queryEngine(new RedisSettings(s.host(), s.port(), s.user(), s.password(), s.passwordFile(), s.tls(), s.truststore(), s.truststorePassword(),
                s.tlsVerification(), s.database(), s.keyPrefix(), s.connectTimeoutMs(), s.readTimeoutMs(), s.poolSize(), s.retryAttempts(), s.retryFirstMs(), s.retryLastMs(),
                s.breakerFailures(), s.breakerOpenMs(), s.maxCandidates(), s.vectorSet(),
                new QueryEngineSettings(QueryEngineSettings.Algorithm.FLAT, q.m(), q.efConstruction(), q.efRuntime())),
                UUID.randomUUID().toString(), GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED));
    }
}
