package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GalleryStats;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.processors.gallery.UnknownGalleryException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.RedisClient;

/**
 * Galleries on a Redis server that other workers share, each of which follows the same log and writes. Thread-safe.
 *
 * <p>Which galleries there are is known here (from the edits and the declarations), not asked of the server. An edit that another worker has
 * applied is skipped; a server that has less than this worker has seen on it is {@link IndexLostException lost}.
 */
final class RedisIndex implements GalleryIndex {
    private final RedisSettings settings;
    private final String logId;
    private final GalleryModels models;
    private final Storage storage;
    private final RedisServer server;
    private final EditWriter writer;
    private final Watermarks watermarks;
    private final byte[] found = Script.bytes(Script.text("found"));
    /** Of each gallery the generation that {@link Storage#prepare} was last called for, by where it was born. */
    private final Map<String, String> prepared = new ConcurrentHashMap<>();

    RedisIndex(RedisSettings settings, String logId, GalleryModels models, Collection<String> declared, Storage storage, RedisServer server) {
        this.settings = settings;
        this.logId = logId;
        this.models = models;
        this.storage = storage;
        this.server = server;
        this.writer = new EditWriter(storage);
        this.watermarks = new Watermarks(declared);
    }

    private GalleryKeys keys(String gallery) {
        return GalleryKeys.of(settings.keyPrefix(), logId, gallery, models.of(gallery).id(), storage.way());
    }

    @Override
    public void apply(List<GalleryEdit> edits) {
        Map<String, List<GalleryEdit>> byGallery = new LinkedHashMap<>();
        IllegalArgumentException unfit = null;
        for (GalleryEdit edit : edits) {
            try {
                check(edit);
            } catch (IllegalArgumentException e) {
                unfit = e;
                break;
            }
            byGallery.computeIfAbsent(edit.gallery(), gallery -> new ArrayList<>()).add(edit);
        }
        // A gallery that can't be written to must not hold up the others.
        IndexUnavailableException unavailable = null;
        for (Map.Entry<String, List<GalleryEdit>> some : byGallery.entrySet()) {
            try {
                watermarks.add(some.getKey());
                server.call(client -> applyTo(client, some.getKey(), some.getValue()));
            } catch (IndexUnavailableException e) {
                unavailable = unavailable instanceof IndexLostException ? unavailable : e;
            }
        }
        if (unavailable != null) {
            throw unavailable;
        }
        if (unfit != null) {
            throw unfit;
        }
    }

    private void check(GalleryEdit edit) {
        if (edit instanceof GalleryEdit.Put put) {
            UnitVectors.check(put.vector(), models.of(put.gallery()).dimension());
        }
    }

    private Void applyTo(RedisClient client, String gallery, List<GalleryEdit> edits) {
        GalleryKeys keys = keys(gallery);
        Watermarks.Mark before = watermarks.mark(gallery);
        Optional<GalleryState> known = GalleryState.of(client.hmget(keys.state(), GalleryState.FIELDS));
        watermarks.check(gallery, before, known);
        GalleryState state = known.orElseGet(() -> begin(client, keys));
        GalleryModel model = models.of(gallery);
        if (!state.born().equals(prepared.get(gallery))) {
            storage.prepare(client, keys, state.generation(), model.dimension());
            prepared.put(gallery, state.born());
        }
        List<GalleryEdit> fresh = edits.stream().filter(edit -> edit.offset() > state.offset()).toList();
        if (!fresh.isEmpty()) {
            try {
                writer.write(client, new EditWriter.Target(keys, keys.state(), "", 0, model.dimension()), state.offset(), fresh);
            } catch (EditWriter.RefusedException e) {
                throw watermarks.lost(gallery, e.getMessage());
            }
            watermarks.known(gallery, state.born(), fresh.get(fresh.size() - 1).offset());
        }
        return null;
    }

    private GalleryState begin(RedisClient client, GalleryKeys keys) {
        Object state = client.eval(found, List.of(keys.state(), keys.generations()), List.of(Script.bytes(UUID.randomUUID().toString())));
        return GalleryState.of((List<?>) state).orElseThrow();
    }

    @Override
    public GallerySearch search(GalleryQuery query) {
        known(query.gallery());
        query.checkDimension(models.of(query.gallery()).dimension());
        return server.call(client -> storage.search(client, keys(query.gallery()), watermarks, query));
    }

    @Override
    public GalleryRebuild rebuild(String gallery) {
        GalleryModel model = models.of(gallery);
        GalleryKeys keys = keys(gallery);
        watermarks.add(gallery);
        RedisRebuild rebuild = new RedisRebuild(gallery, keys, model.dimension(), storage, server, writer, watermarks);
        rebuild.begin();
        return rebuild;
    }

    private void known(String gallery) {
        if (!watermarks.contains(gallery)) {
            throw new UnknownGalleryException(gallery, watermarks.galleries());
        }
    }

    @Override
    public boolean contains(String gallery) {
        return watermarks.contains(gallery);
    }

    @Override
    public Set<String> galleries() {
        return watermarks.galleries();
    }

    @Override
    public GalleryStats stats(String gallery) {
        known(gallery);
        GalleryKeys keys = keys(gallery);
        String model = models.of(gallery).id();
        return server.call(client -> {
            Watermarks.Mark before = watermarks.mark(gallery);
            Optional<GalleryState> known = GalleryState.of(client.hmget(keys.state(), GalleryState.FIELDS));
            watermarks.check(gallery, before, known);
            if (known.isEmpty()) {
                return new GalleryStats(gallery, model, 0, 0, 1, 0, 0);
            }
            GalleryState state = known.get();
            Optional<Storage.Extent> extent = storage.extent(client, keys, state);
            long entries = extent.map(Storage.Extent::entries).orElse(state.entries());
            // Counted between two looks at the state, as nobody else was writing if it is the same.
            if ((extent.isEmpty() || entries != state.entries()) && known.equals(GalleryState.of(client.hmget(keys.state(), GalleryState.FIELDS)))) {
                throw watermarks.lost(gallery, extent.isEmpty() ? "no index there (expected: one)" : entries + " entries there (expected: " + state.entries() + ")");
            }
            return new GalleryStats(gallery, model, entries, state.epoch(), state.generation(), extent.map(Storage.Extent::memoryBytes).orElse(-1L), 0);
        });
    }

    @Override
    public Optional<String> trouble() {
        return server.trouble().or(watermarks::trouble);
    }

    @Override
    public Optional<String> breaker() {
        return Optional.of(server.breaker());
    }

    @Override
    public void close() {
        server.close();
    }
}
