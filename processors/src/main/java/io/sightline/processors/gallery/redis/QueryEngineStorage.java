package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import java.util.Locale;
import java.util.Optional;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.search.FTCreateParams;
import redis.clients.jedis.search.IndexDataType;
import redis.clients.jedis.search.schemafields.VectorField;
import java.util.List;
import java.util.Map;

/**
 * A generation as hashes, one an entry, under an index of the Query Engine (FT.CREATE, FT.SEARCH), which an alias named like the gallery's keys
 * points to. Fields: v the vector, i the id, t label and attributes.
 */
final class QueryEngineStorage implements Storage {
    private final QueryEngineSettings settings;
    private final QueryEngineSearch search;

    QueryEngineStorage(RedisSettings settings) {
        this.settings = settings.queryEngine();
        this.search = new QueryEngineSearch(settings);
    }

    @Override
    public String name() {
        return "Query Engine indexes";
    }

    @Override
    public String way() {
        return "query engine " + settings.algorithm() + " " + settings.m() + " " + settings.efConstruction();
    }

    /** Before Redis 8 the Query Engine's answers have another shape in RESP3. */
    @Override
    public RedisProtocol protocol() {
        return RedisProtocol.RESP2;
    }

    @Override
    public String command() {
        return "FT.SEARCH";
    }

    @Override
    public String expectedServer() {
        return "Redis Stack, or Redis 8 with the module search";
    }

    @Override
    public String functions() {
        return Script.text("query_engine");
    }

    static String index(GalleryKeys keys, long generation) {
        return keys.data(generation) + ":index";
    }

    static String alias(GalleryKeys keys) {
        return keys.base() + "index";
    }

    @Override
    public void prepare(RedisClient client, GalleryKeys keys, long generation, int dimension) {
        Map<String, Object> attributes = settings.algorithm() == QueryEngineSettings.Algorithm.FLAT
                ? Map.of("TYPE", "FLOAT32", "DIM", dimension, "DISTANCE_METRIC", "COSINE")
                : Map.of("TYPE", "FLOAT32", "DIM", dimension, "DISTANCE_METRIC", "COSINE", "M", settings.m(), "EF_CONSTRUCTION", settings.efConstruction(),
                        "EF_RUNTIME", settings.efRuntime());
        VectorField vector = new VectorField("v", VectorField.VectorAlgorithm.valueOf(settings.algorithm().name()), attributes);
        try {
            client.ftCreate(index(keys, generation), FTCreateParams.createParams().on(IndexDataType.HASH).prefix(keys.data(generation) + ":e:"), List.of(vector));
        } catch (JedisDataException e) {
            if (!says(e, "already exists")) {
                throw e;
            }
        }
    }

    @Override
    public byte[] text(GalleryEdit.Put put) {
        return Script.bytes(new EntryText(put.label(), put.attributes()).encoded());
    }

    @Override
    public void switched(RedisClient client, GalleryKeys keys, long generation, List<Long> before) {
        client.ftAliasUpdate(alias(keys), index(keys, generation));
        before.forEach(old -> free(client, keys, old));
    }

    @Override
    public void free(RedisClient client, GalleryKeys keys, long generation) {
        try {
            client.ftDropIndexDD(index(keys, generation));
        } catch (JedisDataException e) {
            if (!isMissing(e)) {
                throw e;
            }
        }
    }

    /** True where the server says that there is no such index. */
    static boolean isMissing(JedisDataException e) {
        return says(e, "unknown index") || says(e, "no such index");
    }

    private static boolean says(JedisDataException e, String words) {
        return e.getMessage() != null && e.getMessage().toLowerCase(Locale.ROOT).contains(words);
    }

    @Override
    public GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query) {
        return search.search(client, keys, watermarks, query);
    }

    /** The entries are taken on trust: an index that the server is filling again after its own start has fewer for a while. */
    @Override
    public Optional<Extent> extent(RedisClient client, GalleryKeys keys, GalleryState state) {
        Extent extent = new Extent(state.entries(), -1);
        if (state.offset() < 0) {
            return Optional.of(extent); // whoever has begun it may not have made the index yet
        }
        try {
            client.ftInfo(index(keys, state.generation()));
            return Optional.of(extent);
        } catch (JedisDataException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
