package io.sightline.processors.gallery.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class ServerCheckTest {
    @Test
    void shouldNotStartOnAServerWithoutTheQueryEngine() {
        RedisSettings settings = SharedRedis.settings();
        try (Jedis jedis = new Jedis(settings.host(), settings.port())) {
            assumeTrue(jedis.moduleList().stream().noneMatch(module -> module.getName().equals("search")), "the server of the tests has the Query Engine");
        }
        assertThatThrownBy(() -> RedisIndexes.queryEngine(settings, "log", RedisTesting.MODELS, List.of())).isInstanceOf(UnfitServerException.class)
                .hasMessage("redis " + settings.address() + ": no command FT.SEARCH for galleries as Query Engine indexes"
                        + " (expected: Redis Stack, or Redis 8 with the module search)");
    }
}
