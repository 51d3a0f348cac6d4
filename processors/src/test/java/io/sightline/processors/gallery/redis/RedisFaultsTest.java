package io.sightline.processors.gallery.redis;

import static io.sightline.processors.gallery.redis.RedisTesting.GALLERY;
import static io.sightline.processors.gallery.redis.RedisTesting.as;
import static io.sightline.processors.gallery.redis.RedisTesting.contents;
import static io.sightline.processors.gallery.redis.RedisTesting.contentsOf;
import static io.sightline.processors.gallery.redis.RedisTesting.open;
import static io.sightline.processors.gallery.redis.RedisTesting.put;
import static io.sightline.processors.gallery.redis.RedisTesting.puts;
import static io.sightline.processors.gallery.redis.RedisTesting.quick;
import static io.sightline.processors.gallery.redis.RedisTesting.unit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A real server that fails in every way we could think of. */
@Timeout(240)
class RedisFaultsTest {
    private static final Duration LONG = Duration.ofSeconds(90);

    private static void searches(GalleryIndex index) {
        index.search(GALLERY, List.of(unit(1)), 1, -1);
    }

    /** Tries until the index answers. */
    private static void awaitAnswer(GalleryIndex index) {
        await().atMost(LONG).ignoreExceptionsMatching(e -> e instanceof IndexUnavailableException && !(e instanceof IndexLostException)).until(() -> {
            searches(index);
            return true;
        });
    }

    @Test
    void shouldSayWhyAndSinceWhenTheServerIsGoneAndGoOnWhenItIsBack() {
        List<GalleryEdit> edits = puts(0, 50);
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always"); GalleryIndex index = open(quick(redis.settings()))) {
            index.apply(edits);
            redis.kill();
            assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexUnavailableException.class).isNotInstanceOf(IndexLostException.class)
                    .hasMessageStartingWith("redis 127.0.0.1:" + redis.port() + ": ");
            assertThatThrownBy(() -> index.apply(put("late", 50))).isInstanceOf(IndexUnavailableException.class);
            assertThat(index.trouble()).get().asString().contains("(since 20").contains("refused");
            assertThat(index.contains(GALLERY)).isTrue();
            redis.restart();
            awaitAnswer(index);
            assertThat(index.trouble()).isEmpty();
            assertThat(contents(index)).isEqualTo(contentsOf(edits));
            index.apply(put("late", 50));
            assertThat(index.size(GALLERY)).isEqualTo(51);
        }
    }

    @Test
    void shouldLeaveTheServerAloneForAWhileAfterSeveralFailures() {
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = open(quick(redis.settings()))) {
            index.apply(puts(0, 3));
            assertThat(index.breaker()).contains("CLOSED");
            redis.kill();
            await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> searches(index)).hasMessageContaining("left alone, circuit breaker OPEN")
                    .hasMessageContaining("refused"));
            assertThat(index.breaker()).hasValueSatisfying(state -> assertThat(state).isIn("OPEN", "HALF_OPEN"));
        }
    }

    @Test
    void shouldStartWhileTheServerIsAway() {
        try (RedisProcess redis = RedisProcess.prepare(); GalleryIndex index = open(quick(redis.settings()))) {
            assertThatThrownBy(() -> index.apply(put("a", 0))).isInstanceOf(IndexUnavailableException.class);
            redis.restart();
            await().atMost(LONG).ignoreExceptionsInstanceOf(IndexUnavailableException.class).until(() -> {
                index.apply(put("a", 0));
                return true;
            });
            assertThat(index.size(GALLERY)).isEqualTo(1);
        }
    }

    @Test
    void shouldSayThatItLostTheGalleryWhenTheServerComesBackEmpty() {
        List<GalleryEdit> edits = puts(0, 20);
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = open(quick(redis.settings()))) {
            index.apply(edits);
            redis.kill();
            redis.restart();
            // then nothing answers as if the gallery were empty, and no edit begins a new one with a hole before it
            await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexLostException.class));
            assertThatThrownBy(() -> index.apply(put("late", 20))).isInstanceOf(IndexLostException.class);
            assertThatThrownBy(() -> index.stats(GALLERY)).isInstanceOf(IndexLostException.class)
                    .hasMessage("gallery shoes: nothing there (expected: the gallery up to offset 19)");
            assertThat(index.trouble()).get().asString().contains("gallery shoes: nothing there");
            // when it is rebuilt
            try (var rebuild = index.rebuild(GALLERY)) {
                rebuild.apply(edits);
                rebuild.commit();
            }
            assertThat(contents(index)).isEqualTo(contentsOf(edits));
            assertThat(index.trouble()).isEmpty();
        }
    }

    @Test
    void shouldNoticeWhenTheServerWasFlushedOrHalfOfItWasEvicted() {
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = open(quick(redis.settings())); Jedis jedis = redis.connect()) {
            index.apply(puts(0, 20));
            jedis.keys("*:g1").forEach(jedis::del);
            assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexLostException.class).hasMessage("gallery shoes: 0 entries there (expected: 20)");
            assertThatThrownBy(() -> index.apply(put("late", 20))).isInstanceOf(IndexLostException.class);
            assertThatThrownBy(() -> index.stats("shoes")).isInstanceOf(IndexLostException.class).hasMessage("gallery shoes: 0 entries there (expected: 20)");
            jedis.flushAll();
            assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexLostException.class).hasMessageContaining("nothing there");
        }
    }

    @Test
    void shouldNoticeWhenTheServerFellBackToAnOlderCopy() {
        // given a copy saved before the last edits
        try (RedisProcess redis = RedisProcess.start("--dbfilename", "dump.rdb"); GalleryIndex index = open(quick(redis.settings()))) {
            index.apply(puts(0, 20));
            try (Jedis jedis = redis.connect()) {
                jedis.save();
            }
            index.apply(puts(20, 30));
            redis.kill();
            redis.restart();
            await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexLostException.class)
                    .hasMessage("gallery shoes: there up to offset 19 (expected: 29)"));
        }
    }

    @Test
    void shouldWaitWhileTheServerLoadsItsData() {
        List<GalleryEdit> edits = puts(0, 20);
        try (RedisProcess redis = RedisProcess.start("--dbfilename", "dump.rdb", "--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024");
                GalleryIndex index = open(quick(redis.settings()))) {
            index.apply(edits);
            try (Jedis jedis = redis.connect()) {
                for (int i = 0; i < 200; i++) {
                    jedis.set("filler" + i, "x".repeat(2000));
                }
                jedis.save();
            }
            redis.kill();
            redis.launch();
            await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> searches(index)).hasMessageContaining("LOADING"));
            awaitAnswer(index);
            assertThat(contents(index)).isEqualTo(contentsOf(edits));
        }
    }

    @Test
    void shouldNotWaitForAServerThatDoesNotAnswer() {
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = open(quick(redis.settings()))) {
            index.apply(puts(0, 20));
            redis.freeze();
            assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("no answer in time");
            assertThat(index.trouble()).get().asString().contains("no answer in time");
            redis.thaw();
            awaitAnswer(index);
            assertThat(index.trouble()).isEmpty();
        }
    }

    @Test
    void shouldGoOnSearchingWhenTheServerTakesNoEdits() {
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = open(quick(redis.settings())); Jedis jedis = redis.connect()) {
            index.apply(puts(0, 20));
            jedis.replicaof("127.0.0.1", 1);
            assertThatThrownBy(() -> index.apply(puts(20, 25))).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("takes no edits: READONLY");
            searches(index);
            assertThat(index.trouble()).isEmpty();
            jedis.replicaofNoOne();
            index.apply(puts(20, 25));
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 25)));
        }
    }

    @Test
    void shouldLoseNoEditWhenTheServerRunsOutOfMemory() {
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = open(quick(redis.settings())); Jedis jedis = redis.connect()) {
            index.apply(puts(0, 20));
            jedis.configSet("maxmemory", "1mb");
            assertThatThrownBy(() -> index.apply(puts(20, 200))).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("takes no edits: OOM");
            searches(index);
            assertThat(index.trouble()).isEmpty();
            jedis.configSet("maxmemory", "0");
            // then an edit behind the ones that failed can't pass them
            assertThat(index.epoch(GALLERY)).isEqualTo(20);
            index.apply(puts(20, 200));
            assertThat(contents(index)).isEqualTo(contentsOf(puts(0, 200)));
        }
    }

    @Test
    void shouldSayThatThePasswordIsWrong() {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right")) {
            try (GalleryIndex index = open(quick(as(redis.settings(), null, "wrong")))) {
                assertThatThrownBy(() -> index.apply(put("a", 0))).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("WRONGPASS");
            }
            try (GalleryIndex index = open(quick(redis.settings()))) {
                assertThatThrownBy(() -> index.apply(put("a", 0))).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("NOAUTH");
            }
            try (GalleryIndex index = open(quick(as(redis.settings(), null, "right")))) {
                index.apply(put("a", 0));
                assertThat(index.size(GALLERY)).isEqualTo(1);
            }
        }
    }

    /** As docs/operations.md has it. */
    private static final String[] ACL = {"on", ">secret", "resetkeys", "~sightline:*", "-@all", "+hmget", "+hset", "+exists", "+incr", "+get", "+set", "+del", "+unlink",
        "+pexpire", "+persist", "+pttl", "+eval", "+memory|usage", "+ping", "+client|setinfo", "+client|setname", "+hello", "+auth", "+select", "+command|info",
        "+vadd", "+vrem", "+vsim", "+vcard", "+vgetattr"};

    @Test
    void shouldWorkForAUserWithTheDocumentedRightsAndSayWhatIsMissingForOneWithout() {
        try (RedisProcess redis = RedisProcess.start(); Jedis jedis = redis.connect()) {
            jedis.aclSetUser("worker", ACL);
            jedis.aclSetUser("poor", ACL);
            jedis.aclSetUser("poor", "-vadd", "-vsim");
            try (GalleryIndex index = open(quick(as(redis.settings(), "worker", "secret")))) {
                index.apply(puts(0, 20));
                try (var rebuild = index.rebuild(GALLERY)) {
                    rebuild.apply(puts(0, 21));
                    rebuild.commit();
                }
                assertThat(index.stats(GALLERY).memoryBytes()).isPositive();
                assertThat(contents(index)).hasSize(21);
            }
            try (GalleryIndex index = open(quick(as(redis.settings(), "poor", "secret")))) {
                index.apply(puts(0, 21)); // all known
                assertThatThrownBy(() -> index.apply(put("late", 21))).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("refuses this user");
                assertThatThrownBy(() -> searches(index)).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("NOPERM").hasMessageContaining("VSIM");
            }
        }
    }
}
