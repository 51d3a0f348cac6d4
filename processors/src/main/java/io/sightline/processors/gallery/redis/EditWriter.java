package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.UnitVectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Sends edits of one generation: a script a few edits, all scripts in one go. The server does nothing else while a script runs, so
 * they are short. Each says up to where the ones before it must have come: one that fails stops those after it. Thread-safe.
 */
final class EditWriter {
    /** Adding an entry to a large vector set takes some 5 ms: searches of others wait at most for this many. */
    private static final int EDITS_A_SCRIPT = 16;
    /** Bounds the memory of one round. */
    private static final int SCRIPTS_A_ROUND = 64;

    /** What the server says to a script that it refused. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String kind;

        RefusedException(String kind, String reason) {
            super(reason, null, false, false);
            this.kind = kind;
        }

        boolean lockGone() {
            return kind.equals("LOCK");
        }

        boolean isBehind() {
            return kind.equals("BEHIND");
        }
    }

    /**
     * Where edits go.
     *
     * @param token of the rebuild that the generation belongs to; empty: the live one
     */
    record Target(GalleryKeys keys, byte[] state, String token, long lockMs, int dimension) {
    }

    private final Storage storage;
    private final byte[] script;

    EditWriter(Storage storage) {
        this.storage = storage;
        this.script = Script.bytes(storage.functions() + Script.text("apply"));
    }

    /**
     * Applies edits of one gallery, in their order; those the server has already are skipped there.
     *
     * @param after offset that the server must have reached
     * @throws RefusedException they were not applied, or not all
     */
    void write(RedisClient client, Target target, long after, List<GalleryEdit> edits) {
        int round = EDITS_A_SCRIPT * SCRIPTS_A_ROUND;
        long reached = after;
        for (int from = 0; from < edits.size(); from += round) {
            List<GalleryEdit> some = edits.subList(from, Math.min(edits.size(), from + round));
            writeRound(client, target, reached, some);
            reached = some.get(some.size() - 1).offset();
        }
    }

    /**
     * Lets a rebuild's lock and generation live on, as an edit would.
     *
     * @throws RefusedException they are gone, or not all of the generation is there
     */
    void renew(RedisClient client, Target target, long after) {
        check(client.eval(script, List.of(target.state(), target.keys().lock()), arguments(target, after, List.of())));
    }

    private void writeRound(RedisClient client, Target target, long after, List<GalleryEdit> edits) {
        List<byte[]> keys = List.of(target.state(), target.keys().lock());
        List<Response<Object>> responses = new ArrayList<>();
        try (AbstractPipeline pipeline = client.pipelined()) {
            long reached = after;
            for (int from = 0; from < edits.size(); from += EDITS_A_SCRIPT) {
                List<GalleryEdit> some = edits.subList(from, Math.min(edits.size(), from + EDITS_A_SCRIPT));
                responses.add(pipeline.eval(script, keys, arguments(target, reached, some)));
                reached = some.get(some.size() - 1).offset();
            }
            pipeline.sync();
        }
        responses.forEach(response -> check(response.get()));
    }

    private List<byte[]> arguments(Target target, long after, List<GalleryEdit> edits) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(target.keys().baseBytes());
        arguments.add(number(after));
        arguments.add(Script.bytes(target.token()));
        arguments.add(number(target.lockMs()));
        for (GalleryEdit edit : edits) {
            boolean isPut = edit instanceof GalleryEdit.Put;
            arguments.add(Script.bytes(isPut ? "P" : "R"));
            arguments.add(Script.bytes(edit.id()));
            arguments.add(number(edit.epoch()));
            arguments.add(number(edit.offset()));
            if (edit instanceof GalleryEdit.Put put) {
                arguments.add(Blobs.of(UnitVectors.of(put.vector(), target.dimension())));
                arguments.add(storage.text(put));
            }
        }
        return arguments;
    }

    /** @return the answer after OK */
    static List<?> check(Object answer) {
        List<?> parts = (List<?>) answer;
        String kind = text(parts.get(0));
        if (kind.equals("FAILED")) {
            throw new JedisDataException(text(parts.get(1)));
        }
        if (!kind.equals("OK")) {
            throw new RefusedException(kind, parts.size() > 1 ? text(parts.get(1)) : "");
        }
        return parts.subList(1, parts.size());
    }

    static String text(Object part) {
        return part instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(part);
    }

    static byte[] number(long value) {
        return Script.bytes(Long.toString(value));
    }
}
