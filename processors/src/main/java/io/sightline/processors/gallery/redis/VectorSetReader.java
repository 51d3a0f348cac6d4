package io.sightline.processors.gallery.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/** Reads a gallery kept as a vector set in one state. Thread-safe. */
final class VectorSetReader {
    /** No edit has come to the gallery yet. */
    static final Reading NOTHING = new Read(null, List.of(), Map.of());

    /** What was seen last: the next read takes it to be still so. */
    private record Seen(long generation, boolean exact) {
    }

    private record Read(GalleryState state, List<Map<String, Double>> scores, Map<String, EntryText> all) implements Reading {
        @Override
        public Optional<Map<String, EntryText>> texts(Set<String> ids) {
            return Optional.of(all);
        }
    }

    private final long exactUpToEntries;
    private final byte[] script = Script.bytes(Script.text("vector_set_search"));
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    VectorSetReader(long exactUpToEntries) {
        this.exactUpToEntries = exactUpToEntries;
    }

    /** Plain commands; empty: the gallery changed meanwhile, or was not as assumed. */
    Optional<Reading> plain(RedisClient client, GalleryKeys keys, String gallery, Watermarks.Mark before, Watermarks watermarks, List<List<byte[]>> searches) {
        Seen assumed = seen.getOrDefault(keys.base(), new Seen(1, true));
        byte[] key = keys.dataBytes(assumed.generation());
        List<Response<Map<String, Double>>> scores = new ArrayList<>();
        Response<List<byte[]>> first;
        Response<Long> there;
        Response<List<byte[]>> second;
        try (AbstractPipeline pipeline = client.pipelined()) {
            first = pipeline.hmget(keys.state(), GalleryState.FIELDS);
            there = pipeline.vcard(key);
            searches.forEach(arguments -> scores.add(pipeline.executeCommand(VectorSetCommands.command(key, arguments, assumed.exact()))));
            second = pipeline.hmget(keys.state(), GalleryState.FIELDS);
            pipeline.sync();
        }
        Optional<GalleryState> state = GalleryState.of(first.get());
        watermarks.check(gallery, before, state);
        if (state.isEmpty()) {
            return Optional.of(NOTHING);
        }
        Seen now = new Seen(state.get().generation(), state.get().entries() <= exactUpToEntries);
        if (!now.equals(assumed)) {
            seen.put(keys.base(), now);
            return Optional.empty();
        }
        if (!state.equals(GalleryState.of(second.get()))) {
            return Optional.empty();
        }
        if (there.get() != state.get().entries()) {
            throw watermarks.lost(gallery, there.get() + " entries there (expected: " + state.get().entries() + ")");
        }
        return Optional.of(new PlainReading(client, keys, state.get(), scores.stream().map(response -> cosines(response.get())).toList()));
    }

    private record PlainReading(RedisClient client, GalleryKeys keys, GalleryState state, List<Map<String, Double>> scores) implements Reading {
        @Override
        public Optional<Map<String, EntryText>> texts(Set<String> ids) {
            if (ids.isEmpty()) {
                return Optional.of(Map.of());
            }
            Map<String, Response<String>> found = new HashMap<>();
            Response<List<byte[]>> after;
            try (AbstractPipeline pipeline = client.pipelined()) {
                String key = keys.data(state.generation());
                ids.forEach(id -> found.put(id, pipeline.vgetattr(key, id)));
                after = pipeline.hmget(keys.state(), GalleryState.FIELDS);
                pipeline.sync();
            }
            if (!Optional.of(state).equals(GalleryState.of(after.get()))) {
                return Optional.empty();
            }
            Map<String, EntryText> texts = new HashMap<>();
            found.forEach((id, text) -> texts.put(id, EntryText.decode(text.get())));
            return Optional.of(texts);
        }
    }

    /** One script. */
    Optional<Reading> atomic(RedisClient client, GalleryKeys keys, String gallery, Watermarks.Mark before, Watermarks watermarks, List<List<byte[]>> searches) {
        List<byte[]> arguments = new ArrayList<>(List.of(keys.baseBytes(), EditWriter.number(exactUpToEntries)));
        searches.forEach(search -> {
            arguments.add(EditWriter.number(search.size()));
            arguments.addAll(search);
        });
        List<?> answer = (List<?>) client.eval(script, List.of(keys.state()), arguments);
        Optional<GalleryState> state = GalleryState.of((List<?>) answer.get(0));
        watermarks.check(gallery, before, state);
        if (state.isEmpty()) {
            return Optional.of(NOTHING);
        }
        if ((Long) answer.get(1) != state.get().entries()) {
            throw watermarks.lost(gallery, answer.get(1) + " entries there (expected: " + state.get().entries() + ")");
        }
        List<Map<String, Double>> scores = new ArrayList<>();
        Map<String, EntryText> texts = new HashMap<>();
        for (int i = 2; i < answer.size(); i += 2) {
            List<?> found = (List<?>) answer.get(i);
            List<?> said = (List<?>) answer.get(i + 1);
            Map<String, Double> some = new LinkedHashMap<>();
            for (int f = 0; f < found.size(); f += 2) {
                String id = EditWriter.text(found.get(f));
                some.put(id, Double.valueOf(EditWriter.text(found.get(f + 1))));
                texts.put(id, EntryText.decode(EditWriter.text(said.get(f / 2))));
            }
            scores.add(cosines(some));
        }
        return Optional.of(new Read(state.get(), scores, texts));
    }

    private static Map<String, Double> cosines(Map<String, Double> scores) {
        Map<String, Double> cosines = new LinkedHashMap<>();
        scores.forEach((id, score) -> cosines.put(id, VectorSetCommands.cosine(score)));
        return cosines;
    }
}
