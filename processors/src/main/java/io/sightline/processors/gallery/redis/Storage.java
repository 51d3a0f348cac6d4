package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexLostException;
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

    /** After a generation was switched to. @param old the one before; -1: none */
    default void switched(RedisClient client, GalleryKeys keys, long generation, long old) {
    }

    /** A generation was abandoned. */
    default void abandoned(RedisClient client, GalleryKeys keys, long generation) {
    }

    /**
     * Searches a gallery in one state.
     *
     * @throws IndexLostException where not all of the gallery is there
     */
    GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query);

    /** Entries there, and the bytes they take; bytes -1: not known. */
    Extent extent(RedisClient client, GalleryKeys keys, GalleryState state);

    /** @param entries of a generation @param memoryBytes roughly; -1: not known */
    record Extent(long entries, long memoryBytes) {
    }
}
