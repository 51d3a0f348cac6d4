package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens gallery indexes on a Redis server. */
public final class RedisIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(RedisIndexes.class);

    private RedisIndexes() {
    }

    /**
     * Galleries as vector sets: Redis 8 or newer.
     *
     * @param logId tells the log (topic gallery-vectors) that the galleries come from, and its copies, from all others: the topic's id, say.
     *     Workers that share a gallery give the same
     * @param declared galleries that exist though nothing was put into them
     * @throws UnfitServerException the server answers, and is none that has vector sets. One that does not answer is waited for later
     */
    public static GalleryIndex vectorSets(RedisSettings settings, String logId, GalleryModels models, Collection<String> declared) {
        return open(settings, logId, models, declared, new VectorSetStorage(settings));
    }

    /**
     * Galleries as indexes of the Query Engine: Redis Stack, or Redis 8 with its modules. Parameters as above.
     *
     * @throws UnfitServerException the server answers, and has no Query Engine. One that does not answer is waited for later
     */
    public static GalleryIndex queryEngine(RedisSettings settings, String logId, GalleryModels models, Collection<String> declared) {
        return open(settings, logId, models, declared, new QueryEngineStorage(settings));
    }

    private static GalleryIndex open(RedisSettings settings, String logId, GalleryModels models, Collection<String> declared, Storage storage) {
        RedisServer server = new RedisServer(settings, storage.protocol());
        try {
            server.call(client -> {
                new ServerCheck(storage).check(client, settings.address());
                return null;
            });
        } catch (IndexUnavailableException e) {
            LOG.warn("{}: not checked yet; goes on when it answers", e.getMessage());
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return new RedisIndex(settings, logId, models, declared, storage, server);
    }
}
