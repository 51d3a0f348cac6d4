package io.sightline.processors.gallery.redis;

import static io.sightline.processors.gallery.redis.RedisTesting.GALLERY;
import static io.sightline.processors.gallery.redis.RedisTesting.MODELS;
import static io.sightline.processors.gallery.redis.RedisTesting.contents;
import static io.sightline.processors.gallery.redis.RedisTesting.contentsOf;
import static io.sightline.processors.gallery.redis.RedisTesting.puts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.redis.testing.QueryEngineStandIn;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Rebuilds whose commands a real server does, and whose answers get lost; and those that the server forgets. */
@Timeout(240)
class LostAnswersTest {
    private static final Duration LONG = Duration.ofSeconds(90);

    private final RedisProcess redis = RedisProcess.start();
    private QueryEngineStandIn engine;

    @AfterEach
    void close() throws IOException {
        if (engine != null) {
            engine.close();
        }
        redis.close();
    }

    /** @param attempts of a call, each of two seconds at most */
    private GalleryIndex open(boolean queryEngine, int attempts) throws IOException {
        if (!queryEngine) {
            return RedisIndexes.vectorSets(failing(redis.settings(), attempts), "log", MODELS, List.of());
        }
        if (engine == null) {
            engine = new QueryEngineStandIn("127.0.0.1", redis.port());
        }
        return RedisIndexes.queryEngine(failing(RedisSettings.of("127.0.0.1", engine.port()), attempts), "log", MODELS, List.of());
    }

    /** The circuit breaker never opens. */
    private static RedisSettings failing(RedisSettings s, int attempts) {
        return new RedisSettings(s.host(), s.port(), s.user(), s.password(), s.passwordFile(), s.tls(), s.truststore(), s.truststorePassword(), s.tlsVerification(),
                s.database(), s.keyPrefix(), 2000, 2000, s.poolSize(), attempts, 1, 1, 1000, s.breakerOpenMs(), s.maxCandidates(), s.vectorSet(), s.queryEngine());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKnowThatItsOwnGenerationIsSwitchedToAlready(boolean queryEngine) throws Exception {
        try (GalleryIndex index = open(queryEngine, 100)) {
            index.apply(puts(0, 10));
            try (GalleryRebuild rebuild = index.rebuild(GALLERY)) {
                rebuild.apply(puts(0, 12));
                // when the answer to the first try does not come in time
                redis.freeze();
                CompletableFuture<Void> committed = CompletableFuture.runAsync(rebuild::commit);
                await().atMost(LONG).until(() -> index.trouble().isPresent());
                redis.thaw();
                // then the next try says the same
                committed.get(90, TimeUnit.SECONDS);
            }
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 12)));
            assertThat(index.stats(GALLERY).generation()).isEqualTo(2);
            assertThat(engine == null ? 1 : engine.indexes().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotThrowAwayWhatIsSearchedWhenTheCommitSeemsToHaveFailed(boolean queryEngine) throws Exception {
        try (GalleryIndex index = open(queryEngine, 2)) {
            index.apply(puts(0, 10));
            GalleryRebuild rebuild = index.rebuild(GALLERY);
            rebuild.apply(puts(0, 12));
            redis.freeze();
            assertThatThrownBy(rebuild::commit).isInstanceOf(IndexUnavailableException.class);
            redis.thaw();
            await().atMost(LONG).ignoreExceptionsInstanceOf(IndexUnavailableException.class).until(() -> index.stats(GALLERY).generation() == 2);
            rebuild.close();
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 12)));
            // and the generation before is freed with the next one, at the latest
            try (GalleryRebuild next = index.rebuild(GALLERY)) {
                next.apply(puts(0, 13));
                next.commit();
            }
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 13)));
            assertOnlyTheLiveOneIsThere();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotThrowAwayAnothersGenerationOfTheSameNumberOnAServerThatWasEmptied(boolean queryEngine) throws Exception {
        try (GalleryIndex index = open(queryEngine, 2); GalleryIndex other = open(queryEngine, 2); Jedis jedis = redis.connect()) {
            GalleryRebuild forgotten = index.rebuild(GALLERY);
            forgotten.apply(puts(0, 5));
            jedis.flushAll();
            try (GalleryRebuild rebuild = other.rebuild(GALLERY)) {
                rebuild.apply(puts(0, 10));
                assertThatThrownBy(forgotten::commit).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("its lock is gone");
                forgotten.close();
                rebuild.commit();
            }
            assertThat(other.stats(GALLERY).generation()).isEqualTo(1);
            forgotten.close();
            assertThat(contents(other)).isEqualTo(contentsOf(puts(0, 10)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBeginOnceWhenTheAnswerToThatGotLost(boolean queryEngine) throws Exception {
        try (GalleryIndex index = open(queryEngine, 100)) {
            index.apply(puts(0, 10));
            redis.freeze();
            CompletableFuture<GalleryRebuild> begun = CompletableFuture.supplyAsync(() -> index.rebuild(GALLERY));
            await().atMost(LONG).until(() -> index.trouble().isPresent());
            redis.thaw();
            try (GalleryRebuild rebuild = begun.get(90, TimeUnit.SECONDS)) {
                rebuild.apply(puts(0, 12));
                rebuild.commit();
            }
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 12)));
            assertThat(index.stats(GALLERY).generation()).isEqualTo(2);
            assertOnlyTheLiveOneIsThere();
        }
    }

    @Test
    void shouldFreeTheGenerationBeforeWithTheNextRebuildWhenItCantBeFreedAtOnce() throws Exception {
        try (GalleryIndex index = open(true, 2)) {
            index.apply(puts(0, 10));
            for (String refused : List.of("FT.ALIASUPDATE", "FT.DROPINDEX")) {
                engine.refuse(refused);
                try (GalleryRebuild rebuild = index.rebuild(GALLERY)) {
                    rebuild.apply(puts(0, 12));
                    rebuild.commit();
                }
                assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 12)));
            }
            assertThat(engine.indexes()).hasSize(3);
            engine.refuse();
            try (GalleryRebuild rebuild = index.rebuild(GALLERY)) {
                rebuild.apply(puts(0, 13));
                rebuild.commit();
            }
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 13)));
            assertOnlyTheLiveOneIsThere();
        }
    }

    private void assertOnlyTheLiveOneIsThere() {
        try (Jedis jedis = redis.connect()) {
            long live = Long.parseLong(jedis.hget(jedis.keys("*:state").iterator().next(), "generation"));
            assertThat(jedis.keys("*")).allSatisfy(key -> assertThat(key).matches(".*}:(state|generations|g" + live + "(:e:.*)?)"));
        }
        if (engine != null) {
            assertThat(engine.indexes()).hasSize(1);
        }
    }
}
