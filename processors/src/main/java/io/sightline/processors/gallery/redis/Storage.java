package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexLostException;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;

/** How the entries of a generation lie on the server and are searched: what differs between the indexes on Redis. Thread-safe. */
interface Storage {
    /** In words, for messages. */
    String name();

    /** What of the settings can't be changed once a generation has been begun. */
    String way();

    RedisProtocol protocol();

    /** A command the server must have. */
    String command();

    /** What a server without it is told to be. */
    String expectedServer();

    /** The functions put, remove and count that the scripts use. */
    String functions();

    /** Makes what has to be there before the first entry. Called once a process and generation, perhaps again; harmless then. */
    default void prepare(RedisClient client, GalleryKeys keys, long generation, int dimension) {
    }

    /** A put's vector and text as {@link #functions} takes them. @param unit at unit length */
    byte[] text(GalleryEdit.Put put);

    /** After a generation was switched to; perhaps again. @param before generations that are to be freed, some perhaps gone already */
    default void switched(RedisClient client, GalleryKeys keys, long generation, List<Long> before) {
    }

    /** Frees what a generation has beside its state and data. It is searched no more, or was never; perhaps it has been freed already. */
    default void free(RedisClient client, GalleryKeys keys, long generation) {
    }

    /**
     * Searches a gallery in one state.
     *
     * @throws IndexLostException where not all of the gallery is there
     */
    GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query);

    /** What there is of the live generation; empty: what is searched is missing, whatever else may be there. */
    Optional<Extent> extent(RedisClient client, GalleryKeys keys, GalleryState state);

    /** @param entries of a generation @param memoryBytes roughly; -1: not known */
    record Extent(long entries, long memoryBytes) {
    }
}
