package io.sightline.processors.gallery.redis;

import static io.sightline.processors.gallery.redis.RedisTesting.DIMENSION;
import static io.sightline.processors.gallery.redis.RedisTesting.GALLERY;
import static io.sightline.processors.gallery.redis.RedisTesting.puts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** Scripts of edits, sent at once, one of which fails. */
@Timeout(240)
class EditWriterTest {
    private final RedisSettings settings = SharedRedis.settings();
    private final Storage real = new VectorSetStorage(settings);
    private final GalleryKeys keys = GalleryKeys.of(settings.keyPrefix(), UUID.randomUUID().toString(), GALLERY, "m", "w");
    private final EditWriter.Target target = new EditWriter.Target(keys, keys.state(), "", 0, DIMENSION);
    private final RedisClient client = RedisConnections.open(settings, RedisProtocol.RESP3);

    private GalleryState state() {
        return GalleryState.of(client.hmget(keys.state(), GalleryState.FIELDS)).orElseThrow();
    }

    private void begin() {
        client.eval(Script.bytes(Script.text("found")), List.of(keys.state(), keys.generations()), List.of(Script.bytes("born")));
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldApplyNothingBehindAnEditThatFailed() {
        // given a server that can't take the 21st of a hundred edits, in the second of seven scripts
        begin();
        EditWriter writer = new EditWriter(failing("id20"));
        // when
        assertThatThrownBy(() -> writer.write(client, target, -1, puts(0, 100))).isInstanceOf(JedisDataException.class).hasMessage("OOM made by the test");
        // then those before it are there
        assertThat(state().offset()).isEqualTo(19);
        assertThat(client.vcard(keys.data(1))).isEqualTo(20);
        new EditWriter(real).write(client, target, 19, puts(0, 100));
        assertThat(state().offset()).isEqualTo(99);
        assertThat(client.vcard(keys.data(1))).isEqualTo(100);
        assertThat(state().entries()).isEqualTo(100);
    }

    @Test
    void shouldApplyNothingWhereEditsBeforeAreMissing() {
        begin();
        EditWriter writer = new EditWriter(real);
        writer.write(client, target, -1, puts(0, 10));
        assertThatThrownBy(() -> writer.write(client, target, 50, puts(51, 60))).isInstanceOf(EditWriter.RefusedException.class)
                .hasMessage("offset 9 (expected: >= 50)");
        assertThat(state().offset()).isEqualTo(9);
    }

    @Test
    void shouldApplyNothingWhereThereIsNoState() {
        assertThatThrownBy(() -> new EditWriter(real).write(client, target, -1, puts(0, 1))).isInstanceOf(EditWriter.RefusedException.class).hasMessage("no state");
        assertThat(client.exists(keys.data(1))).isFalse();
    }

    @Test
    void shouldWriteMoreThanOneRound() {
        begin();
        new EditWriter(real).write(client, target, -1, puts(0, 2100));
        assertThat(state()).extracting(GalleryState::offset, GalleryState::entries, GalleryState::epoch).containsExactly(2099L, 2100L, 2100L);
    }

    private Storage failing(String id) {
        return new Storage() {
            @Override
            public String functions() {
                return real.functions() + "local add = put\nput = function(key, id, vector, text) if id == '" + id
                        + "' then return {err = 'OOM made by the test'} end return add(key, id, vector, text) end\n";
            }

            @Override
            public String name() {
                return real.name();
            }

            @Override
            public String way() {
                return real.way();
            }

            @Override
            public RedisProtocol protocol() {
                return real.protocol();
            }

            @Override
            public String command() {
                return real.command();
            }

            @Override
            public String expectedServer() {
                return real.expectedServer();
            }

            @Override
            public byte[] text(GalleryEdit.Put put) {
                return real.text(put);
            }

            @Override
            public GallerySearch search(RedisClient redis, GalleryKeys of, Watermarks watermarks, GalleryQuery query) {
                return real.search(redis, of, watermarks, query);
            }

            @Override
            public Optional<Extent> extent(RedisClient redis, GalleryKeys of, GalleryState state) {
                return real.extent(redis, of, state);
            }
        };
    }
}
