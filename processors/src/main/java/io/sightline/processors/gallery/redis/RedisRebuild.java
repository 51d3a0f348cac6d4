package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.RebuildBehindException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new generation on the server. A lock, which expires unless something is heard of the rebuild, keeps other workers from rebuilding the same
 * gallery at the same time; without it the generation can't be switched to. They go on following into the old one meanwhile. Used by one thread.
 */
final class RedisRebuild implements GalleryRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(RedisRebuild.class);
    /** How long the lock outlives its owner. {@link #apply} comes every few seconds, whether or not there are edits. */
    private static final long LOCK_MS = 60_000;

    private final String gallery;
    private final GalleryKeys keys;
    private final int dimension;
    private final Storage storage;
    private final RedisServer server;
    private final EditWriter writer;
    private final Watermarks watermarks;
    private final String token = UUID.randomUUID().toString();
    private final byte[] beginScript = Script.bytes(Script.text("begin"));
    private final byte[] commitScript;
    private final byte[] freedScript = Script.bytes(Script.text("freed"));
    private final byte[] abandonScript = Script.bytes(Script.text("abandon"));
    private long generation;
    private long applied = -1;
    private long readTo = -1;
    private boolean committed;

    RedisRebuild(String gallery, GalleryKeys keys, int dimension, Storage storage, RedisServer server, EditWriter writer, Watermarks watermarks) {
        this.gallery = gallery;
        this.keys = keys;
        this.dimension = dimension;
        this.storage = storage;
        this.server = server;
        this.writer = writer;
        this.watermarks = watermarks;
        this.commitScript = Script.bytes(storage.functions() + Script.text("commit"));
    }

    /** @throws IndexUnavailableException where another worker rebuilds the gallery */
    void begin() {
        generation = server.call(client -> {
            List<?> answer = (List<?>) client.eval(beginScript, List.of(keys.lock(), keys.generations()),
                    List.of(Script.bytes(token), EditWriter.number(LOCK_MS), keys.baseBytes()));
            if (EditWriter.text(answer.get(0)).equals("LOCK")) {
                throw new IndexUnavailableException("gallery " + gallery + ": is being rebuilt by another worker (its lock lasts "
                        + answer.get(1) + " ms more)", null);
            }
            storage.prepare(client, keys, (Long) answer.get(1), dimension);
            return (Long) answer.get(1);
        });
    }

    @Override
    public void apply(List<GalleryEdit> edits) {
        List<GalleryEdit> fresh = edits.stream().filter(edit -> edit.offset() > applied).toList();
        EditWriter.Target target = new EditWriter.Target(keys, keys.state(generation), token, LOCK_MS, dimension);
        server.call(client -> {
            try {
                if (fresh.isEmpty()) {
                    writer.renew(client, target, applied);
                } else {
                    writer.write(client, target, applied, fresh);
                }
                return null;
            } catch (EditWriter.RefusedException e) {
                throw gone(e);
            }
        });
        if (!fresh.isEmpty()) {
            applied = fresh.get(fresh.size() - 1).offset();
        }
    }

    private IndexUnavailableException gone(EditWriter.RefusedException e) {
        return new IndexUnavailableException("gallery " + gallery + ": generation " + generation + " can't be filled any more, "
                + (e.lockGone() ? "its lock is gone" : e.getMessage()), e);
    }

    @Override
    public void readTo(long offset) {
        readTo = offset;
    }

    @Override
    public void commit() {
        String unfreed = server.call(client -> {
            try {
                return EditWriter.text(EditWriter.check(client.eval(commitScript, List.of(keys.state(), keys.lock(), keys.state(generation)),
                        List.of(keys.baseBytes(), Script.bytes(token), EditWriter.number(readTo)))).get(0));
            } catch (EditWriter.RefusedException e) {
                if (e.isBehind()) {
                    throw new RebuildBehindException("gallery " + gallery + ": the new generation is at offset " + Math.max(applied, readTo)
                            + " (expected: " + e.getMessage() + ", where another worker has come)");
                }
                throw gone(e);
            }
        });
        committed = true;
        watermarks.reset(gallery, token, Math.max(applied, readTo));
        free(unfreed);
    }

    private void free(String unfreed) {
        List<Long> before = unfreed.isEmpty() ? List.of() : Arrays.stream(unfreed.split(" ")).map(Long::valueOf).toList();
        try {
            server.call(client -> {
                storage.switched(client, keys, generation, before);
                return client.eval(freedScript, List.of(keys.state()), List.of(Script.bytes(token)));
            });
        } catch (IndexUnavailableException e) {
            // The new generation is searched all the same.
            LOG.warn("gallery {}: generations {} are not freed before the next rebuild: {}", gallery, before, e.getMessage());
        }
    }

    @Override
    public void close() {
        if (committed) {
            return;
        }
        try {
            server.call(client -> {
                // Unless it was switched to, by a commit whose answer got lost.
                if (client.eval(abandonScript, List.of(keys.lock(), keys.state(generation), keys.dataBytes(generation)), List.of(Script.bytes(token))).equals(1L)) {
                    storage.free(client, keys, generation);
                    client.unlink(keys.state(generation));
                }
                return null;
            });
        } catch (IndexUnavailableException e) {
            // It expires by itself.
        }
    }
}
