package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;

/** A generation as one vector set, each entry's label and attributes as its attributes (VADD, VSIM). */
final class VectorSetStorage implements Storage {
    private final VectorSetSettings settings;
    private final VectorSetSearch search;

    VectorSetStorage(RedisSettings settings) {
        this.settings = settings.vectorSet();
        this.search = new VectorSetSearch(settings);
    }

    @Override
    public String name() {
        return "vector sets";
    }

    @Override
    public String way() {
        return "vector set " + settings.quantisation() + " " + settings.m() + " " + settings.efConstruction();
    }

    @Override
    public RedisProtocol protocol() {
        return RedisProtocol.RESP3;
    }

    @Override
    public String command() {
        return "VSIM";
    }

    @Override
    public String expectedServer() {
        return "Redis 8 or newer";
    }

    @Override
    public String functions() {
        return Script.text("vector_set", Map.of("quantisation", settings.quantisation().option(), "ef_construction", settings.efConstruction(), "m", settings.m()));
    }

    @Override
    public byte[] text(GalleryEdit.Put put) {
        return Script.bytes(new EntryText(put.label(), put.attributes()).encoded());
    }

    @Override
    public GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query) {
        return search.search(client, keys, watermarks, query);
    }

    @Override
    public Optional<Extent> extent(RedisClient client, GalleryKeys keys, GalleryState state) {
        try (AbstractPipeline pipeline = client.pipelined()) {
            Response<Long> entries = pipeline.vcard(keys.data(state.generation()));
            Response<Long> bytes = pipeline.memoryUsage(keys.data(state.generation()));
            pipeline.sync();
            Long known = bytes.get();
            return Optional.of(new Extent(entries.get(), known == null ? entries.get() == 0 ? 0 : -1 : known));
        }
    }
}
